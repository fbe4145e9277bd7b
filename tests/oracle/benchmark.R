# What R's survey (4.1-1) gives for a survey beside its benchmark, for tests/benchmark/test_benchmark_against_r.py.
# cd tests/oracle && python benchmark.py && Rscript benchmark.R      writes benchmark.csv
suppressMessages(library(survey))
options(digits = 16)
read <- function(name) {
  d <- read.csv(name)
  d$sex <- factor(d$sex, levels = c("m", "f")); d$age <- factor(d$age, levels = c("young", "middle", "old"))
  d$cell <- interaction(d$sex, d$age, lex.order = TRUE)
  d
}
a <- read("benchmark_first.csv"); b <- read("benchmark_second.csv")
A <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = a, nest = TRUE)
B <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = b, nest = TRUE)
out <- list()
keep <- function(quantity, value, se) out[[length(out) + 1]] <<- data.frame(quantity, value = sprintf("%.14g", value), se = sprintf("%.14g", se))

# 1. Over a composition without error: svystandardize and postStratify.
pop <- c(100, 140, 220, 180, 200, 160)
S <- svystandardize(A, by = ~cell, over = ~1, population = pop)
m <- svymean(~lonely, S); keep("fixed", coef(m), SE(m))

w <- sum(a$weight)
# 2. Both surveys' totals by cell and answer side by side, block-diagonal covariance, and functions of them by svycontrast's
#    numerical-free derivative (deriv): the target, the two parts of Kitagawa, and the share explained.
totals <- function(d, design, tag) {
  design <- update(design, yes = lonely, one = 1)
  X <- model.matrix(~ 0 + cell, d)
  M <- cbind(X, X * d$lonely); colnames(M) <- c(paste0(tag, "n", 1:6), paste0(tag, "y", 1:6))
  design$variables <- cbind(design$variables, M)
  svytotal(as.formula(paste("~", paste(colnames(M), collapse = "+"))), design)
}
ta <- totals(a, A, "a"); tb <- totals(b, B, "b")
value <- c(coef(ta), coef(tb)); V <- as.matrix(Matrix::bdiag(vcov(ta), vcov(tb)))
sums <- function(tag, kind) paste0("(", paste0(tag, kind, 1:6, collapse = "+"), ")")
share <- function(tag, k) paste0("(", tag, "n", k, "/", sums(tag, "n"), ")")
rate <- function(tag, k) paste0("(", tag, "y", k, "/", tag, "n", k, ")")
tell <- function(quantity, terms) {
  g <- deriv(parse(text = paste(terms, collapse = "+"))[[1]], names(value))
  r <- eval(g, as.list(value)); d <- attr(r, "gradient")
  keep(quantity, as.numeric(r), sqrt(as.numeric(d %*% V %*% t(d))))
}
over <- function(f) vapply(1:6, f, "")
standard <- over(function(k) paste0(share("b", k), "*", rate("a", k)))
rawa <- over(function(k) paste0(share("a", k), "*", rate("a", k))); rawb <- over(function(k) paste0(share("b", k), "*", rate("b", k)))
ours <- over(function(k) paste0(share("a", k), "*", rate("b", k)))
minus <- function(x) paste0("-1*", x)
comp <- over(function(k) paste0("(", share("a", k), "-", share("b", k), ")*(", rate("a", k), "+", rate("b", k), ")/2"))
rates <- over(function(k) paste0("(", rate("a", k), "-", rate("b", k), ")*(", share("a", k), "+", share("b", k), ")/2"))
tell("first", rawa); tell("reference", rawb); tell("raw", c(rawa, minus(rawb)))
tell("standard", standard); tell("difference", c(standard, minus(rawb)))
tell("as_ours", ours); tell("against_ours", c(rawa, minus(ours)))
tell("composition", comp); tell("rate", rates)
tell("explained", paste0("(", paste(comp, collapse = "+"), ")/(", paste(c(rawa, minus(rawb)), collapse = "+"), ")"))

# 3. Oaxaca-Blinder of the linear model on sex + age: coefficients by svyglm, means by svymean, their joint covariance from
#    the influence of each respondent through svyrecvar.
parts <- function(d, design) {
  X <- model.matrix(~ sex + age, d); w <- weights(design)
  beta <- solve(crossprod(X, w * X), crossprod(X, w * d$lonely))
  fit <- svyglm(lonely ~ sex + age, design); stopifnot(max(abs(coef(fit) - beta)) < 1e-10)
  u <- w * (X * as.numeric(d$lonely - X %*% beta)) %*% solve(crossprod(X, w * X))
  mean <- colSums(w * X) / sum(w)
  v <- w * sweep(X, 2, mean) / sum(w)
  V <- svyrecvar(cbind(u, v), design$cluster, design$strata, design$fpc)
  stopifnot(max(abs(V[1:4, 1:4] - vcov(fit))) < 1e-10)
  list(beta = as.numeric(beta), mean = mean, V = V)
}
p <- parts(a, A); q <- parts(b, B); V <- as.matrix(Matrix::bdiag(p$V, q$V))
g <- c(rep(0, 4), q$beta, p$mean - q$mean, -q$beta)
keep("explained_part", sum((p$mean - q$mean) * q$beta), sqrt(sum(g * (V %*% g))))
g <- c(p$mean, p$beta - q$beta, -p$mean, rep(0, 4))
keep("unexplained_part", sum(p$mean * (p$beta - q$beta)), sqrt(sum(g * (V %*% g))))
# 4. Raked to the reference's estimated margins: R's calibrated error, and that of the margins through the slopes.
mb <- svymean(~ sex + age, B); pm <- coef(mb)
C <- calibrate(A, ~ sex + age, c(`(Intercept)` = w, sexf = w * pm[["sexf"]], agemiddle = w * pm[["agemiddle"]], ageold = w * pm[["ageold"]]), calfun = "raking", epsilon = 1e-13, maxit = 200)
m <- svymean(~lonely, C)
X <- model.matrix(~ sex + age, a); g <- weights(C)
beta <- solve(crossprod(X, g * X), crossprod(X, g * a$lonely))[-1]
Vb <- vcov(mb)[c("sexf", "agemiddle", "ageold"), c("sexf", "agemiddle", "ageold")]
keep("raked", coef(m), sqrt(as.numeric(SE(m))^2 + as.numeric(t(beta) %*% Vb %*% beta)))
write.csv(do.call(rbind, out), "benchmark.csv", row.names = FALSE, quote = FALSE)
