# People nobody drew by chance, for tests/benchmark/test_pseudo_weights.py, test_domains_adjusted.py, test_selection_bounds.py.
# cd tests/oracle && python benchmark.py && Rscript nonprob.R      writes nonprob.csv
# Nothing of the linearisation is written out here: each respondent's part is how the estimate moves as he counts a little more
# (infinitesimal jackknife, by central differences), and survey (4.1-1) adds the parts of B up by its design.
suppressMessages(library(survey))
out <- list()
keep <- function(quantity, key, value) out[[length(out) + 1]] <<- data.frame(quantity, key, value = sprintf("%.14g", as.numeric(value)))
a <- read.csv("benchmark_first.csv"); b <- read.csv("benchmark_second.csv")
for (d in c("a", "b")) assign(d, within(get(d), { sex <- factor(sex, c("m", "f")); age <- factor(age, c("young", "middle", "old")) }))
x <- model.matrix(~ sex + age, a); z <- model.matrix(~ sex + age, b); n <- nrow(a); m <- nrow(b)
b$big <- b$weight * 10; N <- sum(b$big); d <- b$big; Y <- a$lonely
B <- svydesign(ids = ~psu, strata = ~stratum, weights = ~big, data = b, nest = TRUE)
total_variance <- function(t) { B$variables$.t <- t; as.numeric(vcov(svytotal(~.t, B))) }
eps <- 1e-4
parts <- function(f, size, other) vapply(seq_len(size), function(i) {
  up <- down <- rep(1, size); up[i] <- 1 + eps; down[i] <- 1 - eps
  (f(up, other) - f(down, other)) / (2 * eps)
}, 0)
tight <- glm.control(epsilon = 1e-14, maxit = 100)
error <- function(f, factor = rep(1, n)) {
  ones <- rep(1, m)
  of_a <- parts(function(u, v) f(u, v), n, ones); of_b <- parts(function(v, u) f(u, v), m, rep(1, n))
  c(sqrt(sum(factor * of_a^2)), sqrt(total_variance(of_b / d)))
}

# 1. Elliott & Valliant (2017): pooled logit (unweighted), and the mean weight of B by quasi-Poisson.
both <- rbind(x, z); side <- c(rep(1, n), rep(0, m))
pseudo <- function(y, inside = rep(1, n)) function(u, v) {
  alpha <- coef(suppressWarnings(glm(side ~ both - 1, binomial, weights = c(u, v), control = tight)))
  gamma <- coef(glm(d ~ z - 1, quasipoisson, weights = v, control = tight))
  p <- plogis(as.numeric(x %*% alpha)); w <- exp(as.numeric(x %*% gamma)) * (1 - p) / p
  sum(u * w * inside * y) / sum(u * w * inside)
}
f <- pseudo(Y); keep("pseudo", "value", f(rep(1, n), rep(1, m))); keep("pseudo", c("se_a", "se_b"), error(f))
women <- as.numeric(a$sex == "f"); old <- as.numeric(a$age == "old"); in_domain <- pmax(women, old)
f <- pseudo(Y, in_domain); keep("pseudo_domain", "value", f(rep(1, n), rep(1, m))); keep("pseudo_domain", c("se_a", "se_b"), error(f))

# 2. Chen, Li & Wu (2020): the same of a domain, and the difference from what B itself says (its own lonely).
solved <- function(u, v) {
  theta <- c(log(n / (N - n)), 0, 0, 0)
  for (i in 1:60) {
    p <- plogis(as.numeric(z %*% theta)); g <- colSums(u * x) - colSums(v * d * p * z)
    step <- solve(crossprod(z, v * d * p * (1 - p) * z), g); theta <- theta + step
    if (max(abs(step)) < 1e-14) break
  }
  theta
}
p0 <- plogis(as.numeric(x %*% solved(rep(1, n), rep(1, m))))
ipw <- function(u, v) { w <- u / plogis(as.numeric(x %*% solved(u, v))); sum(w * in_domain * Y) / sum(w * in_domain) }
keep("ipw_domain", "value", ipw(rep(1, n), rep(1, m))); keep("ipw_domain", c("se_a", "se_b"), error(ipw, 1 - p0))
logit <- function(y) { fit <- glm(y ~ sex + age, binomial, a, control = tight); list(fitted(fit), predict(fit, b, type = "response")) }
my <- logit(Y * in_domain); mi <- logit(in_domain)
dr2 <- function(y, fit, u, v) { w <- u / plogis(as.numeric(x %*% solved(u, v))); sum(w * (y - fit[[1]])) / sum(w) + sum(v * d * fit[[2]]) / sum(v * d) }
dr <- function(u, v) dr2(Y * in_domain, my, u, v) / dr2(in_domain, mi, u, v)
keep("dr_domain", "value", dr(rep(1, n), rep(1, m))); keep("dr_domain", c("se_a", "se_b"), error(dr, 1 - p0))
whole <- logit(Y); apart <- function(u, v) dr2(Y, whole, u, v) - sum(v * d * b$lonely) / sum(v * d)
keep("difference", "value", apart(rep(1, n), rep(1, m))); keep("difference", c("se_a", "se_b"), error(apart, 1 - p0))
odds <- function(u, v) qlogis(dr2(Y, whole, u, v)) - qlogis(sum(v * d * b$lonely) / sum(v * d))
keep("log_odds", "value", odds(rep(1, n), rep(1, m))); keep("log_odds", c("se_a", "se_b"), error(odds, 1 - p0))

# 3. Aronow & Lee (2013): the extreme mean is where the weighted residuals balance, those above it counting Γ times.
number <- b$weight^2 + b$lonely; w <- b$weight
for (gamma in c(1.5, 3, 10)) {
  high <- uniroot(function(mu) sum(ifelse(number > mu, gamma, 1) * w * (number - mu)), range(number), tol = 1e-14)$root
  low <- uniroot(function(mu) sum(ifelse(number < mu, gamma, 1) * w * (number - mu)), range(number), tol = 1e-14)$root
  keep("bounds", paste0(c("low_", "high_"), gamma), c(low, high))
}
# 4. Simple random sampling within cells as a model of a quota sample: everybody's share, and that of a group.
cells <- svydesign(ids = ~1, strata = ~interaction(sex, age), weights = rep(1, n), data = a)
s <- svymean(~lonely, cells); keep("within_cells", c("value", "se"), c(coef(s), SE(s)))
s <- svymean(~lonely, subset(cells, age != "old")); keep("within_cells_group", c("value", "se"), c(coef(s), SE(s)))
write.csv(do.call(rbind, out), "nonprob.csv", row.names = FALSE, quote = FALSE)
