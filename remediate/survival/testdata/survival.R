# The figures that the tests of package survival compare with. It writes data sets
# and what R's package survival makes of them, to standard output:
#
#   Rscript --vanilla survival.R > figures.json
#
# Debian 12: apt-get install r-cran-survival. The figures depend on R only by its
# random numbers, whose kinds are named here, and on the package only by its
# version; the file is the same byte for byte.
suppressPackageStartupMessages(library(survival))
stopifnot(packageVersion("survival") == "3.5.3")
set.seed(20261122, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")

# JSON ------------------------------------------------------------------------

# num writes figures with 17 significant digits, and null for what R has not.
num <- function(x) ifelse(is.finite(x), sprintf("%.17g", x), "null")

# lit writes numbers of a data set as short as they can be read back exactly.
lit <- function(x) {
  short <- sprintf("%.15g", x)
  ifelse(as.numeric(short) == x, short, sprintf("%.17g", x))
}
arr <- function(x) paste0("[", paste(x, collapse = ","), "]")
obj <- function(...) {
  parts <- c(...)
  paste0("{", paste0("\"", names(parts), "\":", parts, collapse = ","), "}")
}
quoted <- function(x) paste0("\"", x, "\"")

# Figures ---------------------------------------------------------------------

# response makes the response of a group: with delayed entry if the set has any.
response <- function(g, delayed) {
  if (delayed) Surv(g$entry, g$time, g$event) else Surv(g$time, g$event)
}

# estimates gives the curve at some times. How many are at risk is given only at
# times at which some ended: between them R shows the number at the next.
estimates <- function(fit, times) {
  s <- summary(fit, times = times)
  # R leaves out what is beyond the last time.
  stopifnot(identical(s$time, times))
  risk <- ifelse(times %in% fit$time, s$n.risk, NA)
  cols <- c("time", "risk", "share", "se", "low", "high")
  obj(setNames(c(
    arr(lit(times)), arr(num(risk)), arr(num(s$surv)), arr(num(s$std.err)), arr(num(s$lower)), arr(num(s$upper))
  ), cols))
}

# means gives the restricted means that R does not refuse.
means <- function(fit, taus) {
  rows <- c()
  for (tau in taus[taus >= min(fit$time)]) {
    t <- summary(fit, rmean = tau)$table
    rows <- c(rows, obj(tau = lit(tau), mean = num(t[["rmean"]]), se = num(t[["se(rmean)"]])))
  }
  arr(rows)
}

figures <- function(g, delayed, taus, times, timefix) {
  data <- c(time = arr(lit(g$time)), event = arr(g$event))
  if (delayed) data <- c(entry = arr(lit(g$entry)), data)
  if (length(g$time) == 0) return(obj(data))
  y <- response(g, delayed)
  stopifnot(!anyNA(y), !timefix || identical(aeqSurv(y), y)) # no ties but equal times
  fit <- survfit(y ~ 1, conf.type = "log-log", timefix = timefix)
  if (is.null(times)) times <- fit$time
  times <- unique(sort(c(0, times[times <= max(g$time)], max(g$time))))
  table <- summary(fit)$table
  q <- quantile(fit, 0.5)
  obj(
    data, n = num(fit$n), events = num(sum(fit$n.event)), at = estimates(fit, times), means = means(fit, taus),
    median = arr(num(table[c("median", "0.95LCL", "0.95UCL")])), quantile = arr(num(unlist(q)))
  )
}

# byDefinition is the log-rank test as it is written down, slowly: survdiff knows
# no delayed entry.
byDefinition <- function(entry, time, event, group) {
  k <- max(group)
  observed <- expected <- rep(0, k)
  variance <- matrix(0, k, k)
  for (t in sort(unique(time[event == 1]))) {
    inside <- (entry < t | entry == 0) & time >= t
    risk <- tabulate(group[inside], k)
    dead <- tabulate(group[inside & time == t & event == 1], k)
    n <- sum(risk); d <- sum(dead)
    observed <- observed + dead
    expected <- expected + d * risk / n
    if (n > 1) variance <- variance + d * (n - d) / (n - 1) * (diag(risk / n, k) - outer(risk / n, risk / n))
  }
  use <- which(expected > 0)
  if (length(use) < 2) return(list(chisq = 0, df = 0, pvalue = 1))
  use <- use[-1]
  diff <- (observed - expected)[use]
  chisq <- sum(solve(variance[use, use, drop = FALSE], diff) * diff)
  list(chisq = chisq, df = length(use), pvalue = pchisq(chisq, length(use), lower.tail = FALSE))
}

# logrank compares the groups of a set; null if R can not.
logrank <- function(groups, delayed, timefix) {
  d <- do.call(rbind, lapply(seq_along(groups), function(i) {
    g <- groups[[i]]
    data.frame(entry = g$entry, time = g$time, event = g$event, group = rep(i, length(g$time)))
  }))
  if (length(unique(d$group)) < 2) return("null")
  def <- tryCatch(byDefinition(d$entry, d$time, d$event, d$group), error = function(e) NULL)
  if (delayed) {
    if (!anyDuplicated(d$time)) { # without ties it is the score test of Cox's model
      cox <- summary(coxph(Surv(entry, time, event) ~ factor(group), data = d))$sctest
      stopifnot(all.equal(def$chisq, cox[["test"]], tolerance = 1e-9))
    }
  } else {
    # Told timefix, survdiff fails; the order of the times is all that it needs.
    if (!timefix) d$time <- match(d$time, sort(unique(d$time)))
    s <- tryCatch(survdiff(Surv(time, event) ~ group, data = d), error = function(e) NULL)
    stopifnot(is.null(s) == is.null(def))
    if (!is.null(s)) {
      df <- max(0, sum(s$exp > 0) - 1)
      stopifnot(all.equal(s$chisq, def$chisq, tolerance = 1e-9), df == def$df)
      def <- list(chisq = s$chisq, df = df, pvalue = if (df == 0) 1 else s$pvalue)
    }
  }
  if (is.null(def)) return("null")
  obj(chi2 = num(def$chisq), df = num(def$df), p = num(def$pvalue))
}

# Data ------------------------------------------------------------------------

sets <- c()

# set adds a data set: its groups, the horizons of the means, the times at which
# the curve is asked for (NULL: all at which some ended).
set <- function(name, groups, taus = c(10, 27, 90), times = NULL, timefix = TRUE) {
  delayed <- any(sapply(groups, function(g) any(g$entry > 0)))
  rows <- sapply(groups, figures, delayed, taus, times, timefix)
  sets <<- c(sets, obj(
    name = quoted(name), groups = paste0("[\n", paste(rows, collapse = ",\n"), "]"), logrank = logrank(groups, delayed, timefix)
  ))
}

# obs is a group; all are watched from the start, if nothing else is said.
obs <- function(time, event, entry = rep(0, length(time))) {
  list(entry = entry, time = time, event = rep_len(as.integer(event), length(time)))
}
r3 <- function(x) round(x, 3)

# random gives n incidents of some mean duration, censored by uniform times.
random <- function(n, mean, watch, digits = 3) {
  t <- round(rexp(n, 1 / mean), digits); c <- round(runif(n, 0, watch), digits)
  obs(pmin(t, c), t <= c)
}

# late is the same, entering late.
late <- function(n, mean, watch, enter) {
  entry <- r3(runif(n, 0, enter)); t <- pmax(0.001, r3(rexp(n, 1 / mean))); c <- pmax(0.001, r3(runif(n, 0, watch)))
  obs(r3(entry + pmin(t, c)), t <= c, entry)
}

grid <- c(0.5, 1, 3, 7, 14, 27, 31, 45, 60, 90, 120, 180, 365)

# 1: weeks of remission of 42 patients (Freireich et al., Blood 21, 1963).
set("remission", list(
  obs(c(6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35), rep(c(1, 0), c(9, 12))),
  obs(c(1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23), 1)
), taus = c(6, 20, 23, 35, 52))
set("all events", list(obs(r3(rexp(30, 1 / 20)), 1), obs(r3(rexp(25, 1 / 35)), 1)))
set("all censored", list(obs(r3(runif(12, 0, 100)), 0), random(20, 30, 90)))
set("one event", list(obs(12.5, 1)), taus = c(12.5, 27))
set("one censored", list(obs(12.5, 0)), taus = c(12.5, 27))
set("one against many", list(obs(3, 1), random(15, 25, 80)))
set("ties", list(obs(sample(1:6, 60, TRUE), rbinom(60, 1, 0.6)), obs(sample(1:8, 50, TRUE), rbinom(50, 1, 0.5))), taus = c(3, 5.5, 8))
set("events and censorings tied", list(obs(rep(c(2, 4, 6, 8), each = 6), rep(c(1, 0), 12)), obs(rep(c(2, 5, 8), each = 5), rep(c(0, 1), length.out = 15))), taus = c(2, 4, 7))
set("heavy censoring", list(random(80, 400, 60), random(70, 250, 60)))
set("empty group", list(random(20, 20, 60), obs(numeric(0), integer(0)), random(25, 40, 60)))
set("only one group not empty", list(obs(numeric(0), integer(0)), random(20, 20, 60)))
set("censored before the first event", list(obs(c(1, 1.5, 2), 0), obs(c(3, 5, 8, 9), c(1, 0, 1, 1)), obs(c(4, 5, 6, 12), c(1, 1, 0, 1))))
set("time zero", list(obs(c(0, 0, 0, 1, 2, 4, 7), c(1, 1, 0, 1, 0, 1, 0)), obs(c(0, 3, 3, 5), c(0, 1, 1, 0))), taus = c(1, 5, 10))
set("all at time zero", list(obs(c(0, 0, 0), 1), obs(c(0, 0, 1), c(1, 0, 1))), taus = c(1, 5))
set("all at once", list(obs(c(3, 3, 3), 1), obs(c(3, 3), 1)), taus = c(3, 5))
set("half for a while", list(obs(c(1, 2, 4, 5, 9, 11), 1), obs(c(1, 2, 2, 7, 8, 8), c(1, 1, 1, 0, 1, 0))), taus = c(2, 10))
set("half at last", list(obs(c(1, 2, 5, 7), c(1, 1, 0, 0)), obs(c(2, 2, 3, 5, 6, 9), c(1, 0, 1, 0, 1, 0))), taus = c(2, 10))
set("half at last but for rounding", list(obs(1:24, rep(c(1, 0), each = 12))), taus = c(12, 30))
# The upper bound falls below one half at 2, rises at 10, and falls again at 11.
set("bounds that rise again", list(
  obs(c(rep(2, 280), rep(3, 210), 10, 11, rep(12, 8)), rep(c(1, 0, 1, 0), c(280, 210, 2, 8))),
  obs(c(seq(1, 30, by = 0.5), 40, 41, 42, 50), c(rep(c(1, 0), length.out = 59), 0, 1, 1, 0))
))
set("three groups", list(random(40, 15, 90), random(45, 22, 90), random(35, 40, 90)))
set("four groups with ties", list(random(60, 9, 40, 0), random(50, 12, 40, 0), random(55, 15, 40, 0), random(5, 20, 40, 0)))
set("the same twice", rep(list(random(30, 20, 60)), 2))
set("far apart", list(random(200, 2, 60), random(200, 60, 90)), times = grid)
set("2000", list(random(1200, 30, 200), random(800, 34, 200)), times = grid)
set("2000 in whole days", list(random(1000, 60, 365, 0), random(1000, 45, 365, 0)), times = grid)
# Durations that differ by a millisecond are not tied, whatever R would do unasked.
ms <- function(n, mean) obs(round(c(rexp(n, 1 / mean), mean + 0:3)) / 86400000, rep(c(1, 1, 1, 0), length.out = n + 4))
set("milliseconds", list(ms(40, 900000000), ms(40, 1500000000)), timefix = FALSE)
set("delayed entry", list(late(60, 25, 90, 30), late(50, 40, 90, 30)))
set("delayed entry with ties", list(
  obs(c(3, 3, 4, 6, 6, 6, 8, 9, 9, 12), c(1, 1, 0, 1, 1, 0, 1, 1, 0, 0), c(0, 1, 0, 3, 2, 3, 3, 6, 6, 8)),
  obs(c(4, 5, 6, 6, 8, 9, 10), c(1, 0, 1, 0, 1, 0, 1), c(0, 0, 3, 3, 4, 4, 6))
), taus = c(4, 8.5, 12))
set("delayed entry, emptied by its last event", list(obs(c(1, 3, 6, 8, 9), c(1, 1, 1, 1, 0), c(0, 1, 2, 5, 5)), obs(c(2, 4, 9, 9.5), c(1, 1, 1, 0), c(0, 0, 5, 5))), taus = c(2, 7))
set("delayed entry, nobody for a while", list(obs(c(2, 3, 3, 8, 9, 10), c(1, 0, 0, 1, 1, 0), c(0, 0, 1, 5, 5, 5))), taus = c(4, 9.5))
set("delayed entry, few at first", list(obs(c(2, rep(20:59, 10)), c(1, rep(c(1, 0, 0, 1), 100)), c(0, 0, 0, rep(3, 398)))), taus = c(10, 40))
set("delayed entry of 2000", list(late(1100, 60, 200, 60), late(900, 45, 200, 60)), times = grid)

cat(sprintf(
  "{\n\"by\":\"R package survival %s\",\n\"seed\":20261122,\n\"sets\":[\n%s\n]}\n",
  packageVersion("survival"), paste(sets, collapse = ",\n")
))
