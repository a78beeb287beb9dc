//! The clock by which leases run out.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;

/// The wall clock of the store's host, or one that a test moves by hand. Nothing but lease expiry reads it.
///
/// A wall clock can jump. One that jumps forward lets live leases run out early: their fencing number keeps the
/// earlier holder from writing, so nothing is lost but the rest of its run. One that is put back would let a dead
/// lease live on; a lease that claims more time than a lease has is cut down when it is next looked at.
#[derive(Debug, Clone, Default)]
pub struct Clock(Hands);

#[derive(Debug, Clone, Default)]
enum Hands {
    #[default]
    System,
    ByHand(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still until it is moved. Clones show the same time.
    pub fn by_hand(start: Timestamp) -> Self {
        Self(Hands::ByHand(Arc::new(AtomicI64::new(start.as_microsecond()))))
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Hands::System => Timestamp::now(),
            Hands::ByHand(microseconds) => {
                Timestamp::from_microsecond(microseconds.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX)
            }
        }
    }

    /// Moves a clock that is moved by hand; the system's goes its own way.
    pub fn advance(&self, by: Duration) {
        if let Hands::ByHand(microseconds) = &self.0 {
            microseconds.fetch_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }

    /// Puts back a clock that is moved by hand.
    pub fn put_back(&self, by: Duration) {
        if let Hands::ByHand(microseconds) = &self.0 {
            microseconds.fetch_sub(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}
