//! The part of the command line that is about notifications.

use clap::Args;

use super::registry::Acting;

/// How somebody wants to be told of what is new for something.
#[derive(Debug, Args)]
pub(crate) struct Following {
    /// Its id.
    pub(crate) id: String,
    /// none, email or webhook; without one, how you are told is shown.
    #[arg(long)]
    pub(crate) channel: Option<String>,
    /// at-once, daily or weekly; daily if left out.
    #[arg(long, requires = "channel")]
    pub(crate) frequency: Option<String>,
    /// Where the requests of a webhook go.
    #[arg(long, requires = "channel", value_name = "URL")]
    pub(crate) url: Option<String>,
}

/// `cairn notify`.
#[derive(Debug, Args)]
pub(crate) struct NotifyCommand {
    #[command(flatten)]
    pub(crate) acting: Acting,
    /// Say what would be sent, and write and send nothing.
    #[arg(long, conflicts_with = "list")]
    pub(crate) dry_run: bool,
    /// List what was sent to the holder of the token.
    #[arg(long)]
    pub(crate) list: bool,
}
