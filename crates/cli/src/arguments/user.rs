//! The flags of `cairn user`.

use clap::Subcommand;

/// What somebody may do.
pub(super) const ROLES: [&str; 5] = ["reader", "manager", "steward", "operator", "administrator"];

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Invite somebody: prints a link, for them alone, by which they get an account within two weeks
    #[command(
        after_help = "Example:\n  cairn user invite amal@relief.example --organisation \"Relief Desk\" --role administrator"
    )]
    Invite {
        /// Their mail address.
        email: String,
        /// Organisation that they belong to, by id or name; one that is not registered is.
        #[arg(long, value_name = "ORG")]
        organisation: String,
        /// What they may do.
        #[arg(long, value_parser = ROLES)]
        role: String,
    },
    /// List the people, and who is invited
    List {
        /// Only those of this organisation, by id.
        #[arg(long, value_name = "ORG")]
        organisation: Option<String>,
    },
    /// Change what somebody may do
    SetRole {
        /// Their id or mail address.
        person: String,
        /// What they may do from now on.
        #[arg(value_parser = ROLES)]
        role: String,
    },
    /// Close an account: its sessions and tokens end at once
    Close {
        /// Their id or mail address.
        person: String,
    },
    /// Print a link, for them alone, by which somebody sets their password anew within a day
    ResetPassword {
        /// Their id or mail address.
        person: String,
    },
}
