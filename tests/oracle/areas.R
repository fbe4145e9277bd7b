# Fay-Herriot by REML written out (Rao & Molina 2015, 5.2.4 and 6.2.1), and Chen, Li & Wu (2020) written out, for
# tests/benchmark/test_small_areas.py and test_adjustment.py.
# cd tests/oracle && python benchmark.py && Rscript areas.R      writes areas.csv
# milk.csv: the milk data of Rao & Molina (43 areas, direct estimates and their standard errors; US Bureau of Labor Statistics).
suppressMessages(library(survey))
out <- list()
keep <- function(quantity, key, value) out[[length(out) + 1]] <<- data.frame(quantity, key, value = sprintf("%.14g", as.numeric(value)))
m <- read.csv("milk.csv"); y <- m$direct_est; psi <- m$std_error^2; X <- model.matrix(~ factor(major_area), m)
restricted <- function(s) {
  V <- s + psi; G <- crossprod(X, X / V); b <- solve(G, crossprod(X, y / V)); r <- y - X %*% b
  -0.5 * (sum(log(V)) + as.numeric(determinant(G)$modulus) + sum(r^2 / V))
}
# The score's root, not the likelihood's top: the second is flat to half the digits.
score <- function(s) {
  V <- s + psi; P <- diag(1 / V) - (X / V) %*% solve(crossprod(X, X / V)) %*% t(X / V)
  -0.5 * sum(diag(P)) + 0.5 * sum((P %*% y)^2)
}
s <- uniroot(score, c(1e-6, 0.2), tol = 1e-15)$root
stopifnot(abs(s - optimize(restricted, c(0, 0.2), maximum = TRUE, tol = 1e-10)$maximum) < 1e-5)
V <- s + psi; Q <- solve(crossprod(X, X / V)); b <- Q %*% crossprod(X, y / V); g <- s / V
eblup <- X %*% b + g * (y - X %*% b)
mse <- g * psi + (1 - g)^2 * diag(X %*% Q %*% t(X)) + 2 * psi^2 / V^3 * 2 / sum(1 / V^2)
keep("variance", "", s); keep("beta", 1:4, b); keep("beta_se", 1:4, sqrt(diag(Q))); keep("eblup", seq_along(y), eblup); keep("mse", seq_along(y), mse)

# A: the first sample of benchmark.py without its design, a panel nobody drew. B: the second, with weights.
a <- read.csv("benchmark_first.csv"); b <- read.csv("benchmark_second.csv")
for (d in c("a", "b")) assign(d, within(get(d), { sex <- factor(sex, c("m", "f")); age <- factor(age, c("young", "middle", "old")) }))
x <- model.matrix(~ sex + age, a); z <- model.matrix(~ sex + age, b); d <- b$weight * 10; N <- sum(d); Y <- a$lonely
b$big <- d; B <- svydesign(ids = ~psu, strata = ~stratum, weights = ~big, data = b, nest = TRUE)
theta <- c(log(nrow(a) / (N - nrow(a))), 0, 0, 0)
for (i in 1:100) { p <- plogis(z %*% theta); u <- colSums(x) - colSums(as.numeric(d * p) * z); H <- crossprod(z, as.numeric(d * p * (1 - p)) * z); theta <- theta + solve(H, u) }
stopifnot(max(abs(u)) < 1e-7)
keep("theta", 1:4, theta)
pa <- as.numeric(plogis(x %*% theta)); pb <- as.numeric(plogis(z %*% theta)); w <- 1 / pa
D <- function(t) { B$variables$.t <- t; as.numeric(vcov(svytotal(~.t, B))) }
mu <- sum(w * Y) / sum(w); H <- crossprod(z, d * pb * (1 - pb) * z)
bb <- solve(H, crossprod(x, (1 / pa - 1) * (Y - mu)))
v <- (sum((1 - pa) * ((Y - mu) / pa - x %*% bb)^2) + D(pb * (z %*% bb))) / sum(w)^2
keep("ipw", c("value", "se"), c(mu, sqrt(v)))
fit <- glm(Y ~ sex + age, binomial, a, control = glm.control(epsilon = 1e-14, maxit = 100))
ma <- fitted(fit); mb <- predict(fit, b, type = "response")
H0 <- sum(w * (Y - ma)) / sum(w); dr <- H0 + sum(d * mb) / N
e <- Y - ma - H0; bb <- solve(H, crossprod(x, (1 / pa - 1) * e))
v <- sum((1 - pa) * (e / pa - x %*% bb)^2) / sum(w)^2 + D(pb * (z %*% bb) / sum(w) + (mb - sum(d * mb) / N) / N)
keep("dr", c("value", "se"), c(dr, sqrt(v)))
# Raked to B's means, as independent draws; the margins' own error through the slopes.
A <- svydesign(ids = ~1, weights = rep(N / nrow(a), nrow(a)), data = a)
mb2 <- svymean(~ sex + age, B); cm <- coef(mb2)
C <- calibrate(A, ~ sex + age, c(`(Intercept)` = N, sexf = N * cm[["sexf"]], agemiddle = N * cm[["agemiddle"]], ageold = N * cm[["ageold"]]), calfun = "raking", epsilon = 1e-14, maxit = 200)
gw <- weights(C); be <- solve(crossprod(x, gw * x), crossprod(x, gw * Y)); r <- as.numeric(Y - x %*% be)
vb <- vcov(mb2)[c("sexf", "agemiddle", "ageold"), c("sexf", "agemiddle", "ageold")]
v <- nrow(a) / (nrow(a) - 1) * sum((gw * r / N)^2) + t(be[-1]) %*% vb %*% be[-1]
keep("calibrated", c("value", "se"), c(sum(gw * Y) / N, sqrt(v)))
write.csv(do.call(rbind, out), "areas.csv", row.names = FALSE, quote = FALSE)
