//! Attempts of clients that are counted before they are made, and given back where they were right.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many attempts a client has left. They come back evenly, all of them in a minute.
#[derive(Debug)]
pub(super) struct Attempts {
    most: u32,
    clients: Mutex<HashMap<IpAddr, Left>>,
}

/// What a client had left at an instant.
#[derive(Debug, Clone, Copy)]
struct Left {
    attempts: f64,
    at: Instant,
}

impl Attempts {
    const ALL_AFTER: Duration = Duration::from_mins(1);

    /// With so many attempts a minute for each client.
    pub(super) fn a_minute(most: u32) -> Self {
        Self { most, clients: Mutex::default() }
    }

    /// Counts an attempt. Answers whether one was left.
    pub(super) fn take(&self, client: IpAddr, now: Instant) -> bool {
        let mut clients = self.clients();
        let left = clients.get(&client).map_or_else(|| f64::from(self.most), |left| self.left(*left, now));
        let is_left = left >= 1.0;
        clients.insert(client, Left { attempts: if is_left { left - 1.0 } else { left }, at: now });
        is_left
    }

    /// Gives an attempt back that was counted.
    pub(super) fn give_back(&self, client: IpAddr, now: Instant) {
        if let Some(left) = self.clients().get_mut(&client) {
            let attempts = (self.left(*left, now) + 1.0).min(f64::from(self.most));
            *left = Left { attempts, at: now };
        }
    }

    /// Forgets clients that have all of theirs again.
    pub(super) fn forget_idle(&self, now: Instant) {
        self.clients().retain(|_, left| self.left(*left, now) < f64::from(self.most));
    }

    fn left(&self, left: Left, now: Instant) -> f64 {
        let passed = now.saturating_duration_since(left.at).as_secs_f64() / Self::ALL_AFTER.as_secs_f64();
        passed.mul_add(f64::from(self.most), left.attempts).min(f64::from(self.most))
    }

    fn clients(&self) -> MutexGuard<'_, HashMap<IpAddr, Left>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn those_that_were_right_are_not_counted_and_all_others_come_back_in_a_minute() {
        let attempts = Attempts::a_minute(3);
        let now = Instant::now();
        for _ in 0..30 {
            assert!(attempts.take(HERE, now));
            attempts.give_back(HERE, now);
        }
        let wrong = |at: Instant| (0..9).filter(|_| attempts.take(HERE, at)).count();
        assert_eq!(wrong(now), 3, "more are not saved up");
        assert_eq!(wrong(now + Duration::from_secs(21)), 1);
        assert_eq!(wrong(now + Duration::from_secs(90)), 3);
        attempts.forget_idle(now + Duration::from_secs(100));
        assert_eq!(attempts.clients().len(), 1, "who just tried is not forgotten");
        attempts.forget_idle(now + Duration::from_secs(151));
        assert_eq!(attempts.clients().len(), 0);
    }
}
