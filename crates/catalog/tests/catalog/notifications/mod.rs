//! Notifications over a mail server and a webhook of their own: who is told what, when, how often, and what nobody is told.
#![allow(unreachable_pub, reason = "the modules of one test program")]

mod mail_server;
mod news;
mod notices;
mod town;
mod webhooks;
