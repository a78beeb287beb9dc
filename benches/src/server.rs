//! The real server, started, waited for and stopped.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::meter::{self, Cost, ThreadClock};

/// How often the server is asked.
const ASK_EVERY: Duration = Duration::from_millis(5);
/// A server that works for less than a hundredth of this time is idle.
const QUIET: Duration = Duration::from_secs(1);
/// After this long something is wrong.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server while it runs; it is killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Runs a command that serves, and waits until it says where it listens.
    pub(crate) fn start(command: &mut Command) -> anyhow::Result<Self> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut server = Self { child, address: String::new() };
        let output = server.child.stdout.take().context("stdout is piped")?;
        let mut reader = BufReader::new(output);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        line.trim()
            .strip_prefix("listening on http://")
            .context("the first line is no address")?
            .clone_into(&mut server.address);
        // What follows is read away, so that the server never waits for it.
        std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
        Ok(server)
    }

    /// Host and port.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Asks until it is ready to answer searches.
    pub(crate) fn wait_until_ready(&self) -> anyhow::Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if self.is_ready().unwrap_or(false) {
                return Ok(());
            }
            std::thread::sleep(ASK_EVERY);
        }
        bail!("the server was not ready after {} s", PATIENCE.as_secs())
    }

    /// Waits until it has nothing left to do, so that what it does next was asked for.
    pub(crate) fn wait_until_idle(&self) -> anyhow::Result<()> {
        let (mut clock, begun) = (ThreadClock::of(self.process()), Instant::now());
        let mut before = clock.now()?;
        while begun.elapsed() < PATIENCE {
            std::thread::sleep(QUIET);
            let now = clock.now()?;
            if now - before < QUIET.as_secs_f64() / 100.0 {
                return Ok(());
            }
            before = now;
        }
        bail!("the server was not idle after {} s", PATIENCE.as_secs())
    }

    /// What it cost until now.
    pub(crate) fn cost(&self, begun: Instant) -> anyhow::Result<Cost> {
        let wall = begun.elapsed().as_secs_f64();
        Ok(Cost { cpu: meter::cpu_of(self.process())?, wall, peak_rss: meter::peak_memory(self.process()) })
    }

    /// Tells it to end, and waits.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        if let Some(process) = i32::try_from(self.process()).ok().and_then(Pid::from_raw) {
            kill_process(process, Signal::TERM)?;
        }
        self.child.wait()?;
        Ok(())
    }

    fn is_ready(&self) -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(stream, "GET /health/ready HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.address)?;
        let mut head = [0; 12];
        stream.read_exact(&mut head)?;
        Ok(&head == b"HTTP/1.1 200")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that was stopped is gone already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
