//! `[mail]`: how mails are sent; and `[notifications]`.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use cairn_catalog::{MailSecurity, MailServer, MailSettings, NotificationSettings};
use cairn_fetch::{Secret, Url};
use serde::{Deserialize, Serialize};

use crate::exit::Failure;

/// `[mail]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Mail {
    /// Address of the server; empty: nothing is sent by mail.
    smtp: String,
    /// Whether the connection is protected.
    tls: TlsSetting,
    /// Our name there; empty: we do not sign in.
    user: String,
    /// File that holds our password there.
    password_file: PathBuf,
    /// Environment variable that holds it.
    password_env: String,
    /// Whom mails come from.
    from: String,
    /// PEM file of further certificate authorities.
    ca_bundle: PathBuf,
}

/// Whether the connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum TlsSetting {
    /// It is, or nothing is sent.
    Required,
    /// It is not: for a server on this machine alone.
    None,
}

/// `[notifications]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Notifications {
    /// Whether webhooks may lie at private addresses and unusual ports.
    allow_private_webhooks: bool,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            smtp: String::new(),
            tls: TlsSetting::Required,
            user: String::new(),
            password_file: PathBuf::new(),
            password_env: String::new(),
            from: String::new(),
            ca_bundle: PathBuf::new(),
        }
    }
}

impl Notifications {
    /// By what people are told; `file` is the main file.
    pub(crate) fn settings(&self, mail: &Mail, file: &Path) -> Result<NotificationSettings, Failure> {
        Ok(NotificationSettings { mail: mail.settings(file)?, allow_private_webhooks: self.allow_private_webhooks })
    }
}

impl Mail {
    /// How mails are sent, if they are.
    fn settings(&self, file: &Path) -> Result<Option<MailSettings>, Failure> {
        if self.smtp.is_empty() {
            if *self == Self::default() {
                return Ok(None);
            }
            return Err(Failure::usage("mail.smtp: say which server takes mails, as smtps://mail.relief.example"));
        }
        let folder = file.parent().unwrap_or(Path::new("."));
        let is_given = |path: &Path| !path.as_os_str().is_empty();
        let settings = MailSettings {
            server: self.server()?,
            user: self.user(folder)?,
            from: self.from.clone(),
            ca_bundle: is_given(&self.ca_bundle).then(|| folder.join(&self.ca_bundle)),
        };
        settings.check().map_err(Failure::usage)?;
        Ok(Some(settings))
    }

    fn server(&self) -> Result<MailServer, Failure> {
        let wrong = |message: &str| Failure::usage(format!("mail.smtp: {message}"));
        let url = Url::parse(&self.smtp).map_err(|_| wrong("it is no address, as smtps://mail.relief.example is"))?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| wrong("it names no host"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("name and password stand in `user` and `password_file` or `password_env`"));
        }
        let (port, security) = match (url.scheme(), self.tls) {
            ("smtps", TlsSetting::Required) => (465, MailSecurity::Tls),
            ("smtp", TlsSetting::Required) => (587, MailSecurity::StartTls),
            ("smtp", TlsSetting::None) if is_this_machine(host) => (25, MailSecurity::None),
            ("smtp", TlsSetting::None) => {
                return Err(Failure::usage("mail.tls: only a server on this machine is sent mails without TLS"));
            }
            ("smtps", TlsSetting::None) => {
                return Err(Failure::usage("mail.tls: smtps:// is TLS: say smtp://, or leave `tls` out"));
            }
            _ => return Err(wrong("it begins with smtps:// or smtp://")),
        };
        let host = host.trim_matches(['[', ']']).to_owned();
        Ok(MailServer { host, port: url.port().unwrap_or(port), security })
    }

    fn user(&self, folder: &Path) -> Result<Option<(String, Secret)>, Failure> {
        let file = Some(&self.password_file).filter(|file| !file.as_os_str().is_empty());
        let variable = Some(&self.password_env).filter(|variable| !variable.is_empty());
        let password = match (self.user.is_empty(), file, variable) {
            (true, None, None) => return Ok(None),
            (true, _, _) => return Err(Failure::usage("mail.user: say whose the password is")),
            (false, Some(file), None) => {
                let path = folder.join(file);
                std::fs::read_to_string(&path)
                    .map_err(|error| Failure::usage(format!("cannot read {}: {error}", path.display())))?
            }
            (false, None, Some(variable)) => std::env::var(variable)
                .map_err(|_| Failure::usage(format!("the variable {variable} of `mail.password_env` is not set")))?,
            (false, _, _) => {
                return Err(Failure::usage("mail: give `password_file` or `password_env` with `user`, and not both"));
            }
        };
        if self.tls == TlsSetting::None {
            return Err(Failure::usage("mail.tls: no password is sent without TLS"));
        }
        Ok(Some((self.user.clone(), Secret::new(password.trim()))))
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn read(text: &str) -> Result<Option<MailSettings>, String> {
        let mail: Mail = toml::from_str(text).map_err(|error| error.to_string())?;
        mail.settings(Path::new("cairn.toml")).map_err(|failure| format!("{:#}", failure.error))
    }

    fn server(smtp: &str, tls: &str) -> Result<(u16, MailSecurity), String> {
        let text = format!("smtp = \"{smtp}\"\ntls = \"{tls}\"\nfrom = \"cairn@relief.example\"\n");
        read(&text).map(|settings| settings.map(|settings| (settings.server.port, settings.server.security)).unwrap())
    }

    /// T4.
    #[test]
    fn mails_go_by_tls_unless_the_server_is_on_this_machine() {
        assert_eq!(server("smtps://mail.relief.example", "required"), Ok((465, MailSecurity::Tls)));
        assert_eq!(server("smtp://mail.relief.example", "required"), Ok((587, MailSecurity::StartTls)));
        assert_eq!(server("smtp://mail.relief.example:2525", "required"), Ok((2525, MailSecurity::StartTls)));
        for here in ["smtp://127.0.0.1", "smtp://localhost", "smtp://[::1]"] {
            assert_eq!(server(here, "none"), Ok((25, MailSecurity::None)), "{here}");
        }
        for (smtp, tls, said) in [
            ("smtp://mail.relief.example", "none", "only a server on this machine"),
            ("smtp://192.168.1.2", "none", "only a server on this machine"),
            ("smtps://127.0.0.1", "none", "smtps:// is TLS"),
            ("smtp://127.0.0.1", "opportunistic", "unknown variant `opportunistic`"),
            ("https://mail.relief.example", "required", "begins with smtps:// or smtp://"),
            ("smtps://amal:secret@mail.relief.example", "required", "`password_file` or `password_env`"),
            ("mail.relief.example", "required", "it is no address"),
        ] {
            let error = server(smtp, tls).unwrap_err();
            assert!(error.contains(said), "{smtp} {tls}: {error}");
        }
    }

    #[test]
    fn without_a_server_nothing_is_sent_and_half_a_section_is_refused() {
        assert!(read("").unwrap().is_none());
        assert!(read("from = \"cairn@relief.example\"").unwrap_err().contains("mail.smtp"));
        let whole = "smtp = \"smtps://mail.relief.example\"\n";
        assert!(read(whole).unwrap_err().contains("mail.from"));
        let whole = format!("{whole}from = \"cairn@relief.example\"\n");
        for (more, said) in [
            ("user = \"cairn\"", "give `password_file` or `password_env`"),
            ("user = \"cairn\"\npassword_file = \"a\"\npassword_env = \"B\"", "and not both"),
            ("password_env = \"B\"", "say whose the password is"),
            ("user = \"cairn\"\npassword_file = \"no-such-file\"", "cannot read no-such-file"),
            ("ca_bundle = \"no-such-file\"", "mail.ca_bundle: no-such-file"),
            ("password = \"x\"", "unknown field `password`"),
        ] {
            let error = read(&format!("{whole}{more}\n")).unwrap_err();
            assert!(error.contains(said), "{more}: {error}");
        }
    }
}
