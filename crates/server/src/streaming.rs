//! Bodies that are sent while they are written.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::HttpBody;
use bytes::Bytes;
use hyper::body::Frame;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Parts that wait for the client before the writer does.
const PARTS_AHEAD: usize = 2;

/// How long a client may take nothing. A part is some hundred kilobytes at most, so that a slow line is no reason.
const PATIENCE: Duration = Duration::from_secs(30);

/// A file that is no export is given up when it takes longer: it keeps others from a place for as long. A hundred megabytes come
/// in that time over a line of 400 kbit/s.
pub(crate) const LONGEST: Duration = Duration::from_mins(40);

/// Where the parts of a body are written.
pub(crate) struct Sender(mpsc::Sender<Option<Bytes>>);

/// The body on its way. One whose sender went away before it said that this is all breaks the connection off, so that the
/// client does not take the part that it has for the whole.
pub(crate) struct Parts {
    receiver: mpsc::Receiver<Option<Bytes>>,
    is_whole: bool,
}

/// A body and where it is written.
pub(crate) fn stream() -> (Sender, Parts) {
    let (sender, receiver) = mpsc::channel(PARTS_AHEAD);
    (Sender(sender), Parts { receiver, is_whole: false })
}

impl Sender {
    /// Sends a part, when the client has taken those before it. Answers whether anybody still reads: who takes nothing for half
    /// a minute leaves their place to others.
    pub(crate) async fn send(&self, part: impl Into<Bytes>) -> bool {
        let part = part.into();
        part.is_empty() || matches!(timeout(PATIENCE, self.0.send(Some(part))).await, Ok(Ok(())))
    }

    /// Whether nobody reads any more, so that nothing need be made.
    pub(crate) fn is_abandoned(&self) -> bool {
        self.0.is_closed()
    }

    /// Waits until nobody reads any more.
    pub(crate) async fn abandoned(&self) {
        self.0.closed().await;
    }

    /// Says that this is all.
    pub(crate) async fn finish(self) {
        // Whoever went away needs no telling.
        let _ = timeout(PATIENCE, self.0.send(None)).await;
    }
}

impl HttpBody for Parts {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.is_whole {
            return Poll::Ready(None);
        }
        self.receiver.poll_recv(context).map(|part| match part {
            Some(Some(part)) => Some(Ok(Frame::data(part))),
            Some(None) => {
                self.is_whole = true;
                None
            }
            None => {
                self.is_whole = true;
                Some(Err(io::Error::other("the file could not be read to its end")))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use axum::body::{Body, to_bytes};

    use super::*;

    #[tokio::test]
    async fn a_body_that_is_said_to_be_whole_is_read_to_its_end() {
        let (sender, body) = stream();
        tokio::spawn(async move {
            for part in ["one ", "", "two ", "three"] {
                assert!(sender.send(part.to_owned()).await);
            }
            sender.finish().await;
        });
        assert_eq!(to_bytes(Body::new(body), usize::MAX).await.unwrap(), "one two three");
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_for_half_a_minute_gets_no_more_and_who_is_slow_gets_all() {
        let (sender, mut body) = stream();
        let writer = tokio::spawn(async move {
            let mut sent = 0;
            while sent < 10 && sender.send("part").await {
                sent += 1;
            }
            sent
        });
        let next =
            async |body: &mut Parts| std::future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await;
        for _ in 0..4 {
            tokio::time::sleep(Duration::from_secs(29)).await;
            assert!(next(&mut body).await.unwrap().is_ok());
        }
        assert_eq!(writer.await.unwrap(), 4 + PARTS_AHEAD, "then nobody took anything");
        for _ in 0..PARTS_AHEAD {
            assert!(next(&mut body).await.unwrap().is_ok());
        }
        assert!(next(&mut body).await.unwrap().is_err(), "it is not taken for whole");
    }

    #[tokio::test]
    async fn a_body_whose_writer_went_away_is_not_taken_for_whole() {
        let (sender, body) = stream();
        tokio::spawn(async move { sender.send("one ".to_owned()).await });
        assert!(to_bytes(Body::new(body), usize::MAX).await.is_err());
    }
}
