# Statistics of the scale and the counting index on the raked national sample, by R's survey, lavaan and semTools (written
# with 4.1-1, 0.6-14 and 0.5-6), for tests/reliability/test_scales_against_r.py. Usage: see scales_export.py.
library(survey)
suppressMessages(library(lavaan))
args <- commandArgs(trailingOnly = TRUE)
d <- read.csv(file.path(args[1], "respondents.csv"))
totals <- scan(file.path(args[1], "totals.csv"), quiet = TRUE)
items <- c("q25", "q26", "q27", "q28"); kinds <- c("q18", "q19", "q20")
for (v in c(items, kinds)) d[[v]][d[[v]] < 0] <- NA
x <- grep("^x[0-9]+$", names(d), value = TRUE)
names(totals) <- x
raked <- calibrate(svydesign(ids = ~psu, strata = ~stratum, weights = ~adjusted, data = d),
                   reformulate(x, intercept = FALSE), population = totals, calfun = "raking", epsilon = 1e-13, maxit = 200)
out <- list()
keep <- function(statistic, target, value, se = NA)
  out[[length(out) + 1]] <<- data.frame(statistic, target, value = sprintf("%.15g", as.numeric(value)), se = sprintf("%.15g", as.numeric(se)))

# Reliability: the delta method on totals of products, so that the calibration's residuals are taken.
three <- items[1:3]
whole <- complete.cases(d[three])
v <- raked$variables
v$n <- as.numeric(whole)
for (i in 1:3) { v[[paste0("s", i)]] <- ifelse(whole, v[[three[i]]], 0)
  for (j in i:3) v[[paste0("s", i, j)]] <- ifelse(whole, v[[three[i]]] * v[[three[j]]], 0) }
raked$variables <- v
sums <- c("n", paste0("s", 1:3), "s11", "s12", "s13", "s22", "s23", "s33")
t <- svytotal(reformulate(sums), raked)
cov <- function(i, j) sprintf("(s%d%d/n - s%d/n*s%d/n)", min(i, j), max(i, j), i, j)
own <- paste(cov(1, 1), cov(2, 2), cov(3, 3), sep = "+")
both <- paste(cov(1, 2), cov(1, 3), cov(2, 3), sep = "+")
told <- list(
  alpha = sprintf("1.5*(1-(%s)/(%s+2*(%s)))", own, own, both),
  omega = sprintf("(%s)^2/(%s+2*(%s))", paste(sprintf("(%s*%s/%s)^0.5", c(cov(1, 2), cov(1, 2), cov(1, 3)),
            c(cov(1, 3), cov(2, 3), cov(2, 3)), c(cov(2, 3), cov(1, 3), cov(1, 2))), collapse = "+"), own, both),
  item_rest = sprintf("(%s+%s)/(%s*(%s+%s+2*%s))^0.5", cov(1, 2), cov(1, 3), cov(1, 1), cov(2, 2), cov(3, 3), cov(2, 3)))
for (name in names(told)) {
  r <- svycontrast(t, setNames(list(parse(text = told[[name]])[[1]]), name))
  keep(name, if (name == "item_rest") "q25" else "", coef(r), SE(r))
}
filled <- raked  # residuals of the calibration are of everybody, so that nobody may hold NA; outside the subset it counts nothing
for (q in items) filled$variables[[q]][is.na(filled$variables[[q]])] <- 0
keep("alpha_of_svycralpha", "", svycralpha(~q25 + q26 + q27, subset(filled, whole)))

# Item bias by mode with the direct question as anchor: the ordered logit.
anchored <- subset(filled, whole & !is.na(d$q28))
for (item in three) {
  anchored$variables$y <- factor(anchored$variables[[item]])
  m <- svyolr(y ~ I(q28 - 3) + I(mode == "web"), design = anchored, control = list(reltol = 1e-11, maxit = 1000))
  keep("bias", item, coef(m)[2], sqrt(diag(vcov(m)))[2])
}

# The counting index of three kinds of support, and blanks by mode.
g <- sapply(kinds, function(q) as.numeric(d[[q]] == 2))
count <- rowSums(g)
for (k in 1:3) {
  raked$variables$over <- as.numeric(count >= k); raked$variables$censored <- count / 3 * (count >= k)
  raked$variables$over[is.na(count)] <- raked$variables$censored[is.na(count)] <- 0
  sub <- subset(raked, !is.na(count))
  m <- svymean(~over + censored, sub); r <- svyratio(~censored, ~over, sub)
  keep("H", k, coef(m)[1], SE(m)[1]); keep("M0", k, coef(m)[2], SE(m)[2]); keep("A", k, coef(r), SE(r))
}
for (q in items) {
  raked$variables$blank <- as.numeric(is.na(d[[q]]))
  b <- svyby(~blank, ~mode, raked, svymean)
  keep("blank", paste(q, b$mode), b$blank, b$se)
}

# One factor behind four items: chi-square corrected for the design (lavaan with the survey's covariance of the moments).
four <- complete.cases(d[items])
sub <- subset(filled, four)
s <- as.matrix(svyvar(reformulate(items), sub))[1:4, 1:4]
m <- coef(svymean(reformulate(items), sub))
pairs <- which(lower.tri(s, diag = TRUE), arr.ind = TRUE)
for (p in seq_len(nrow(pairs))) filled$variables[[paste0("d", p)]] <-
  with(filled$variables, (get(items[pairs[p, 1]]) - m[pairs[p, 1]]) * (get(items[pairs[p, 2]]) - m[pairs[p, 2]]))
gamma <- vcov(svymean(reformulate(paste0("d", seq_len(nrow(pairs)))), subset(filled, four))) * sum(four)
dimnames(s) <- list(items, items)
fit <- cfa("f =~ q25 + q26 + q27 + q28", sample.cov = s, sample.nobs = sum(four), NACOV = unclass(gamma), estimator = "MLM", std.lv = TRUE)
f <- fitMeasures(fit, c("chisq", "chisq.scaled", "chisq.scaling.factor", "cfi.scaled", "rmsea.scaled", "srmr"))
for (name in names(f)) keep("fit", name, f[name])

# Invariance by mode: plain maximum likelihood, and corrected for answers that are not normal (no design).
levels <- list(configural = "none", metric = "loadings", scalar = c("loadings", "intercepts"), strict = c("loadings", "intercepts", "residuals"))
for (free in c("", "q26")) for (level in names(levels)) for (estimator in c("ML", "MLM")) {
  partial <- if (free == "") character(0) else c(paste0("f=~", free), paste(free, "~1"), paste(free, "~~", free))
  fit <- cfa("f =~ NA*q25 + q25 + q26 + q27", data = d[whole, ], group = "mode", group.label = c("postal", "web"), std.lv = TRUE,
             group.equal = levels[[level]], group.partial = partial, estimator = estimator)
  f <- fitMeasures(fit)
  name <- paste(level, free, estimator)
  keep("invariance", name, if (estimator == "ML") f["chisq"] else f["chisq.scaled"], if (estimator == "ML") f["df"] else f["chisq.scaling.factor"])
  if (level == "scalar" && estimator == "ML") { p <- parameterEstimates(fit); keep("latent_mean", free, p$est[p$lhs == "f" & p$op == "~1" & p$group == 2]) }
}
# Ordered answers of 4 and 5 categories, unweighted: loadings by least squares, reliability of the sum (Green & Yang).
fit <- cfa("f =~ q25 + q26 + q27 + q28", data = d[four, items], ordered = items, estimator = "ULSMV", std.lv = TRUE)
keep("categorical_omega", "", suppressMessages(semTools::compRelSEM(fit, ord.scale = TRUE)))
for (i in 1:4) keep("ordinal_loading", items[i], standardizedSolution(fit)[i, "est.std"])
write.csv(do.call(rbind, out), args[2], row.names = FALSE, quote = FALSE)
