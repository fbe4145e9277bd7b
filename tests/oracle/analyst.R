# What R's survey (4.1-1), nnet, mitools and mice give for the analyst's estimators, for tests/estimation/test_analyst_against_r.py.
# cd tests/oracle && Rscript analyst.R      writes analyst.csv from ordered_data.csv (ordered.py)
suppressMessages({library(survey); library(nnet); library(mitools); library(mice)})
d <- read.csv("ordered_data.csv")
d$age <- factor(d$age, levels = c("young", "middle", "old"))
d$sex <- factor(d$sex, levels = c("male", "female"))
d$often <- as.numeric(d$lonely >= 4)
d$size <- d$contacts + 0.5
d$rough <- factor(pmin(d$lonely, 3))
design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = d, nest = TRUE)
out <- list()
keep <- function(case, quantity, key, value)
  out[[length(out) + 1]] <<- data.frame(case, quantity, key = as.vector(key), value = sprintf("%.14g", as.vector(value)))

# Families of svyglm, refined beyond glm()'s stopping rule; predictions of six persons on both scales.
tell <- function(name, formula, family) {
  m <- svyglm(formula, design, family = family, control = glm.control(epsilon = 1e-14, maxit = 200))
  keep(name, "coefficient", names(coef(m)), coef(m))
  keep(name, "se", names(coef(m)), SE(m))
  keep(name, "df", "residual", m$df.residual)
  for (type in c("link", "response")) {
    p <- predict(m, newdata = d[c(1, 50, 100, 200, 300, 400), ], type = type)
    keep(name, type, 1:6, as.numeric(p))
    keep(name, paste0(type, "_se"), 1:6, SE(p))
  }
  # The average slope of contacts, by its formula: mean of dmu/deta times the coefficient.
  eta <- as.numeric(predict(m, newdata = d, type = "link"))
  keep(name, "slope", "contacts", sum(d$weight * family$mu.eta(eta)) / sum(d$weight) * coef(m)["contacts"])
}
tell("probit", often ~ contacts + sex + age, quasibinomial(link = "probit"))
tell("cloglog", often ~ contacts + sex + age, quasibinomial(link = "cloglog"))
tell("gamma", size ~ lonely + contacts + sex, Gamma(link = "log"))
tell("logistic", often ~ contacts + sex + age, quasibinomial())
tell("poisson", lonely ~ contacts + age, quasipoisson())

# Multinomial: nnet's coefficients; their covariance by the sandwich on svyrecvar, and by the jackknife of the whole.
fit <- function(w, data) {
  data$.w <- w / mean(w)
  coef(multinom(rough ~ contacts + sex, data, weights = .w, trace = FALSE, abstol = 1e-14, reltol = 1e-14, maxit = 5000))
}
b <- fit(d$weight, d)
x <- model.matrix(~ contacts + sex, d)
p <- exp(cbind(0, x %*% t(b))); p <- p / rowSums(p)
y <- model.matrix(~ rough - 1, d)
score <- do.call(cbind, lapply(2:3, function(j) x * (y[, j] - p[, j])))
information <- do.call(rbind, lapply(2:3, function(j) do.call(cbind, lapply(2:3, function(k)
  t(x) %*% (x * (d$weight * p[, j] * ((j == k) - p[, k])))))))
v <- svyrecvar(score %*% solve(information) * d$weight, design$cluster, design$strata, design$fpc)
keep("multinomial", "coefficient", outer(colnames(x), rownames(b), function(a, b) paste(b, a, sep = ":")), t(b))
keep("multinomial", "se", outer(colnames(x), rownames(b), function(a, b) paste(b, a, sep = ":")), sqrt(diag(v)))
jack <- as.svrepdesign(design, type = "JKn")
theirs <- withReplicates(jack, function(w, data) as.vector(t(fit(w, data))))
keep("multinomial", "jackknife", outer(colnames(x), rownames(b), function(a, b) paste(b, a, sep = ":")), SE(theirs))

# The population covariance matrix, with its errors.
m <- svyvar(~ contacts + lonely, design)
keep("covariance", "value", c("cc", "cl", "ll"), as.matrix(m)[c(1, 2, 4)])
keep("covariance", "se", c("cc", "cl", "ll"), sqrt(diag(attr(m, "var")))[c(1, 2, 4)])

# Rubin's rules with Barnard and Rubin's degrees of freedom: three made-up completions.
completions <- lapply(1:3, function(k) update(design, filled = ifelse(seq_len(nrow(d)) %% 7 == 0, contacts + k, contacts)))
for (case in c("mean", "regression")) {
  found <- lapply(completions, function(one) if (case == "mean") svymean(~filled, one) else svyglm(filled ~ sex, one))
  complete <- if (case == "mean") degf(design) else found[[1]]$df.residual
  pooled <- MIcombine(found, df.complete = complete)
  keep(paste0("pool_", case), "value", names(coef(pooled)), coef(pooled))
  keep(paste0("pool_", case), "se", names(coef(pooled)), SE(pooled))
  # mitools takes B for (1 + 1/m) B in the observed degrees of freedom; mice has them as Barnard and Rubin wrote them.
  for (k in names(coef(pooled))) keep(paste0("pool_", case), "df", k, pool.scalar(sapply(found, function(f) coef(f)[k]),
    sapply(found, function(f) diag(as.matrix(vcov(f)))[match(k, names(coef(f)))]), n = complete + 1, k = 1)$df)
}

# Table 1: what it is made of.
keep("table", "mean", levels(d$sex), coef(svyby(~contacts, ~sex, design, svymean)))
keep("table", "sd", levels(d$sex), sqrt(coef(svyby(~contacts, ~sex, design, svyvar))))
for (s in levels(d$sex)) keep("table", "quartiles", paste(s, 1:3),
  as.numeric(svyquantile(~contacts, subset(design, sex == s), c(.25, .5, .75), qrule = "math")[[1]][, 1]))
keep("table", "share", paste(rep(levels(d$sex), 3), rep(levels(d$age), each = 2)), coef(svyby(~age, ~sex, design, svymean)))
keep("table", "p", "age", svychisq(~ age + sex, design)$p.value)
keep("table", "p", "contacts mean", regTermTest(svyglm(contacts ~ sex, design), ~sex)$p)
keep("table", "p", "contacts median", svyranktest(contacts ~ sex, design)$p.value)
keep("table", "p", "contacts mean by age", regTermTest(svyglm(contacts ~ age, design), ~age)$p)
keep("table", "p", "contacts median by age", svyranktest(contacts ~ age, design)$p.value)
keep("table", "adjusted", c("age", "contacts mean", "contacts median"), p.adjust(c(
  svychisq(~ age + sex, design)$p.value, regTermTest(svyglm(contacts ~ sex, design), ~sex)$p,
  svyranktest(contacts ~ sex, design)$p.value), "holm"))
by_sex <- function(s) { one <- subset(design, sex == s); list(m = coef(svymean(~contacts, one)), v = coef(svyvar(~contacts, one))) }
a <- by_sex("male"); b2 <- by_sex("female")
keep("table", "difference", "contacts", abs(b2$m - a$m) / sqrt((a$v + b2$v) / 2))
shares <- function(s) coef(svymean(~age, subset(design, sex == s)))[-1]
multinomial <- function(p) diag(p) - outer(p, p)
gap <- shares("male") - shares("female")
keep("table", "difference", "age", sqrt(gap %*% solve((multinomial(shares("male")) + multinomial(shares("female"))) / 2) %*% gap))

# Degrees of freedom, calibration within domains, one-sided t.
keep("degf", "all", "", degf(design))
keep("degf", "domain", "", degf(subset(design, psu <= 9)))
margins <- c(52000, 58000, 30000, 33000)
domains <- transform(d, region = ifelse(stratum <= 3, "north", "south"))
whole <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = domains, nest = TRUE)
made <- calibrate(whole, ~ region:sex - 1, population = c(
  "regionnorth:sexmale" = 52000, "regionsouth:sexmale" = 30000, "regionnorth:sexfemale" = 58000, "regionsouth:sexfemale" = 33000),
  calfun = "linear")
keep("by_domain", "mean", "", coef(svymean(~lonely, made)))
keep("by_domain", "se", "", SE(svymean(~lonely, made)))
test <- svyttest(contacts ~ sex, design)
keep("t_test", "greater", "", pt(test$statistic, test$parameter, lower.tail = FALSE))
keep("t_test", "less", "", pt(test$statistic, test$parameter))
out <- do.call(rbind, out)
write.csv(out, "analyst.csv", row.names = FALSE, quote = FALSE)
