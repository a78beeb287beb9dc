//! Notifications over a mail server and a webhook of their own: who is told what, when, how often, and what nobody is told.
#![allow(unreachable_pub, reason = "the modules of one test program")]
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "../house/mod.rs"]
mod house;
mod mail_server;
mod news;
mod notices;
mod town;
mod webhooks;
