# Predictive marginal means by R's survey package, svypredmeans, for tests/estimation/test_predictions.py. Run where it stands.
# The data are those of ordered.R.
library(survey)
d <- read.csv("ordered_data.csv")
d$age <- factor(d$age, levels = c("young", "middle", "old"))
d$sex <- factor(d$sex, levels = c("male", "female"))
d$often <- as.numeric(d$lonely >= 4)
clustered <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = d)
raked <- calibrate(clustered, ~sex, population = c(`(Intercept)` = 110000, sexfemale = 58000), calfun = "raking", epsilon = 1e-12)
out <- list()
tell <- function(name, model) {
  m <- svypredmeans(model, ~age)
  v <- vcov(m)
  for (i in seq_along(coef(m))) {
    out[[length(out) + 1]] <<- data.frame(model = name, group = names(coef(m))[i], value = sprintf("%.12g", coef(m)[i]),
                                          se = sprintf("%.12g", sqrt(diag(v))[i]), with_first = sprintf("%.12g", v[1, i]))
  }
}
# Written out: svypredmeans() fits each again from its call.
tell("logistic", svyglm(often ~ contacts + sex, clustered, family = quasibinomial(), control = list(epsilon = 1e-14, maxit = 100)))
tell("linear", svyglm(lonely ~ contacts + sex, clustered))
tell("poisson", svyglm(lonely ~ contacts, clustered, family = quasipoisson(), control = list(epsilon = 1e-14, maxit = 100)))
tell("raked", svyglm(often ~ contacts + sex, raked, family = quasibinomial(), control = list(epsilon = 1e-14, maxit = 100)))
write.csv(do.call(rbind, out), "margins.csv", row.names = FALSE, quote = FALSE)
