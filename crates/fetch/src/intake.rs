//! Where a body goes while it arrives: into memory, or through a blocking task into a file.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom};

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::body::{BodyWriter, Caps, Packing};
use crate::{FetchError, SafeUrl};

/// Pieces of a download that wait for the disk; the network does not run further ahead.
const PIECES_AHEAD: usize = 16;

/// Takes a body in, piece by piece.
pub(crate) trait Intake: Sized {
    /// What it makes of the body.
    type Body;

    /// Begins a body.
    fn begin(url: SafeUrl, packing: Packing, caps: Caps) -> Self;

    /// Takes the next piece.
    async fn take(&mut self, piece: Bytes) -> Result<(), FetchError>;

    /// Ends the body: what was made of it, and its unpacked length.
    async fn finish(self) -> Result<(Self::Body, u64), FetchError>;
}

/// Into memory.
pub(crate) struct MemoryIntake(BodyWriter<Vec<u8>>);

impl Intake for MemoryIntake {
    type Body = Bytes;

    fn begin(url: SafeUrl, packing: Packing, caps: Caps) -> Self {
        Self(BodyWriter::new(url, packing, caps, Vec::new()))
    }

    async fn take(&mut self, piece: Bytes) -> Result<(), FetchError> {
        self.0.push(&piece)
    }

    async fn finish(self) -> Result<(Bytes, u64), FetchError> {
        let (body, length) = self.0.finish()?;
        Ok((Bytes::from(body), length))
    }
}

/// Into a temporary file without a name.
pub(crate) struct FileIntake {
    url: SafeUrl,
    /// `None` when writing has failed.
    pieces: Option<mpsc::Sender<Bytes>>,
    writing: JoinHandle<Result<(File, u64), FetchError>>,
}

impl Intake for FileIntake {
    type Body = File;

    fn begin(url: SafeUrl, packing: Packing, caps: Caps) -> Self {
        let (sender, receiver) = mpsc::channel(PIECES_AHEAD);
        let writer_url = url.clone();
        let writing = tokio::task::spawn_blocking(move || write_to_file(&writer_url, packing, caps, receiver));
        Self { url, pieces: Some(sender), writing }
    }

    async fn take(&mut self, piece: Bytes) -> Result<(), FetchError> {
        let Some(pieces) = &self.pieces else { return Ok(()) };
        if pieces.send(piece).await.is_ok() {
            return Ok(());
        }
        // Writing ended before its time; its own error says why.
        self.pieces = None;
        match (&mut self.writing).await {
            Ok(Err(error)) => Err(error),
            Ok(Ok(_)) => Err(FetchError::Local { url: self.url.clone(), reason: "the file was closed".to_owned() }),
            Err(error) => Err(FetchError::Local { url: self.url.clone(), reason: error.to_string() }),
        }
    }

    async fn finish(self) -> Result<(File, u64), FetchError> {
        drop(self.pieces);
        match self.writing.await {
            Ok(written) => written,
            Err(error) => Err(FetchError::Local { url: self.url, reason: error.to_string() }),
        }
    }
}

fn write_to_file(
    url: &SafeUrl,
    packing: Packing,
    caps: Caps,
    mut pieces: mpsc::Receiver<Bytes>,
) -> Result<(File, u64), FetchError> {
    let failed = |error: std::io::Error| FetchError::Local { url: url.clone(), reason: error.to_string() };
    let file = tempfile::tempfile().map_err(|error| {
        let folder = std::env::temp_dir();
        failed(std::io::Error::new(error.kind(), format!("a temporary file in {}: {error}", folder.display())))
    })?;
    let mut writer = BodyWriter::new(url.clone(), packing, caps, BufWriter::new(file));
    while let Some(piece) = pieces.blocking_recv() {
        writer.push(&piece)?;
    }
    let (file, length) = writer.finish()?;
    let mut file = file.into_inner().map_err(|error| failed(error.into_error()))?;
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    Ok((file, length))
}
