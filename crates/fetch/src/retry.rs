//! When a failed request is tried again: `Retry-After`, backoff with full jitter, and a budget for each host.

use std::time::{Duration, SystemTime};

use crate::RetryRule;

/// The wait that a `Retry-After` field asks for (RFC 9110 §10.2.3): seconds, or a date in any of the three HTTP forms.
/// A date that has passed asks for no wait; what is neither (negative numbers, words) asks for nothing.
pub(crate) fn retry_after(field: &str, now: SystemTime) -> Option<Duration> {
    let field = field.trim();
    if !field.is_empty() && field.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number holds is a very long wait, and not none.
        return Some(Duration::from_secs(field.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(field).ok()?;
    Some(date.duration_since(now).unwrap_or(Duration::ZERO))
}

/// The wait that the body of a refusal asks for in words, where the field is lacking: "Try again in 30 seconds."
pub(crate) fn told_wait(body: &[u8]) -> Option<Duration> {
    let text = String::from_utf8_lossy(body).to_ascii_lowercase();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        if word != "in" {
            continue;
        }
        let mut ahead = words.clone();
        let (Some(number), Some(unit)) = (ahead.next(), ahead.next()) else { return None };
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        let unit = unit.split(|c: char| !c.is_ascii_alphabetic()).next();
        if is_number && matches!(unit, Some("second" | "seconds")) {
            // More digits than a number holds is a very long wait, and not none.
            return Some(Duration::from_secs(number.parse().unwrap_or(u64::MAX)));
        }
    }
    None
}

/// What to do before try number `tries + 1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// Try again after this time.
    For(Duration),
    /// The host asks for more than we wait.
    TooLong(Duration),
}

/// The wait after `tries` tries. `random` is any number; it spreads the waits of many clients over the whole span
/// ("full jitter"), so that they do not come back together.
pub(crate) fn wait(rule: &RetryRule, tries: u32, asked: Option<Duration>, random: u64) -> Wait {
    let span = rule.base.saturating_mul(1 << tries.saturating_sub(1).min(16)).min(rule.longest_backoff);
    let backoff = span.mul_f64(random as f64 / u64::MAX as f64);
    match asked {
        Some(asked) if asked > rule.longest_wait => Wait::TooLong(asked),
        Some(asked) => Wait::For(asked.max(backoff)),
        None => Wait::For(backoff),
    }
}

/// A random number for jitter; any number does where the system has none.
pub(crate) fn random() -> u64 {
    getrandom::u64().unwrap_or(u64::MAX / 2)
}

/// How many retries a host may still cost: each retry takes one, each success gives a part back. A host that fails all
/// the time is soon asked once only, whatever the number of requests.
#[derive(Debug)]
pub(crate) struct Budget(f64);

impl Budget {
    const FULL: f64 = 20.0;
    const BACK: f64 = 0.5;

    pub(crate) fn new() -> Self {
        Self(Self::FULL)
    }

    /// Takes one retry, if there is one left.
    pub(crate) fn take(&mut self) -> bool {
        let enough = self.0 >= 1.0;
        if enough {
            self.0 -= 1.0;
        }
        enough
    }

    /// Gives a part of a retry back.
    pub(crate) fn succeed(&mut self) {
        self.0 = (self.0 + Self::BACK).min(Self::FULL);
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn retry_after_is_read_in_both_forms_and_clamped() {
        // F06. The date is 784111777 seconds after the epoch.
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777 - 60);
        let table = [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(60)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(60)),
            ("Sun Nov  6 08:49:37 1994", Some(60)),
            ("Sat, 05 Nov 1994 08:49:37 GMT", Some(0)),
            ("315360000", Some(315_360_000)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("-5", None),
            ("soon", None),
            ("", None),
        ];
        for (field, seconds) in table {
            assert_eq!(retry_after(field, now), seconds.map(Duration::from_secs), "{field:?}");
        }
    }

    #[test]
    fn a_wait_is_read_from_the_words_of_a_refusal() {
        let table = [
            (r#"{"statusCode": 429, "message": "Rate limit is exceeded. Try again in 30 seconds."}"#, Some(30)),
            ("Rate limit is exceeded. Try again in 1 second.", Some(1)),
            ("<p>Too many requests.\nRetry IN\n20 Seconds</p>", Some(20)),
            ("In a hurry? Come back in 5 seconds, and no sooner", Some(5)),
            ("try again in 99999999999999999999999 seconds", Some(u64::MAX)),
            ("try again in 5 minutes", None),
            ("try again in -5 seconds", None),
            ("try again in  seconds", None),
            ("in 5 secondary schools", None),
            ("come back in", None),
            ("30 seconds", None),
            ("", None),
        ];
        for (body, seconds) in table {
            assert_eq!(told_wait(body.as_bytes()), seconds.map(Duration::from_secs), "{body:?}");
        }
        assert_eq!(told_wait(b"\xff in 7 seconds\xff"), Some(Duration::from_secs(7)));
    }

    #[test]
    fn waits_double_are_jittered_and_honour_the_host() {
        let rule = RetryRule::default();
        let milliseconds = |tries, random| match wait(&rule, tries, None, random) {
            Wait::For(wait) => wait.as_millis(),
            Wait::TooLong(_) => u128::MAX,
        };
        let longest = [1, 2, 3, 4, 5, 6, 40].map(|tries| milliseconds(tries, u64::MAX));
        assert_eq!(longest, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
        assert_eq!([0, u64::MAX / 2].map(|random| milliseconds(3, random)), [0, 2000]);

        let asked = |seconds| wait(&rule, 1, Some(Duration::from_secs(seconds)), 0);
        assert_eq!(asked(120), Wait::For(Duration::from_mins(2)));
        assert_eq!(asked(900), Wait::For(Duration::from_mins(15)));
        assert_eq!(asked(901), Wait::TooLong(Duration::from_secs(901)));
    }

    #[test]
    fn a_host_that_always_fails_uses_its_budget_up() {
        let mut budget = Budget::new();
        let retries = (0..100).filter(|_| budget.take()).count();
        assert_eq!(retries, 20);
        budget.succeed();
        assert!(!budget.take());
        budget.succeed();
        assert!(budget.take());
    }
}
