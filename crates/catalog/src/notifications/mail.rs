//! Mails over SMTP (RFC 5321), by TLS with a verified certificate.

use std::path::{Path, PathBuf};
use std::time::Duration;

use cairn_fetch::Secret;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::sync::Semaphore;

use super::letter::Letter;
use crate::CatalogError;

/// A step of a dialogue with the server takes no longer.
const STEP_TIME: Duration = Duration::from_secs(30);

/// A whole mail takes no longer.
const MAIL_TIME: Duration = Duration::from_mins(1);

/// Mails that are sent side by side: large providers take no more connections of a sender.
const AT_A_TIME: usize = 3;

/// How mails are sent.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// The server.
    pub server: MailServer,
    /// How we sign in there, if we do.
    pub user: Option<(String, Secret)>,
    /// Whom mails come from: an address, or a name with an address in brackets.
    pub from: String,
    /// PEM file of further certificate authorities.
    pub ca_bundle: Option<PathBuf>,
}

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailServer {
    /// Its name, which its certificate must have.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: MailSecurity,
}

/// How a connection to a mail server is protected. Certificates are always verified; there is no switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailSecurity {
    /// TLS from the beginning (RFC 8314).
    Tls,
    /// TLS after STARTTLS (RFC 3207); a server that does not offer it gets no mail.
    StartTls,
    /// Not at all: for a server on this machine.
    None,
}

impl MailSettings {
    /// Whether they can be used.
    ///
    /// # Errors
    /// `Configuration`, with what is wrong.
    pub fn check(&self) -> Result<(), CatalogError> {
        Mailer::new(self).map(drop)
    }
}

/// Sends mails.
pub(super) struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    places: Semaphore,
    from: Mailbox,
}

/// What stands on the envelope of a mail.
pub(super) struct Envelope<'a> {
    /// Address of who gets it.
    pub(super) to: &'a str,
    /// Id of the message: the same for each try, so that who gets it twice can tell.
    pub(super) id: &'a str,
    /// Address that ends such mails.
    pub(super) unsubscribe: Option<&'a str>,
}

impl Mailer {
    pub(super) fn new(settings: &MailSettings) -> Result<Self, CatalogError> {
        let MailServer { host, port, security } = &settings.server;
        let tls = match security {
            MailSecurity::Tls => Tls::Wrapper(tls_of(host, settings.ca_bundle.as_deref())?),
            MailSecurity::StartTls => Tls::Required(tls_of(host, settings.ca_bundle.as_deref())?),
            MailSecurity::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host.as_str())
            .port(*port)
            .tls(tls)
            .timeout(Some(STEP_TIME));
        if let Some((user, password)) = &settings.user {
            builder = builder.credentials(Credentials::new(user.clone(), password.expose().to_owned()));
        }
        let from = settings.from.parse().map_err(|_| {
            let message =
                format!("mail.from: `{}` is no mail address, as Cairn <cairn@relief.example> is", settings.from);
            CatalogError::Configuration(message)
        })?;
        Ok(Self { transport: builder.build(), places: Semaphore::new(AT_A_TIME), from })
    }

    /// Sends a mail.
    ///
    /// # Errors
    /// What the server says, or why it cannot be asked.
    pub(super) async fn send(&self, envelope: &Envelope<'_>, letter: Letter) -> Result<(), String> {
        let message = self.message(envelope, letter)?;
        // The semaphore is never closed; without a place a mail would only be less polite.
        let _place = self.places.acquire().await;
        match tokio::time::timeout(MAIL_TIME, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            // A server may name whom it refuses: no address gets into a log.
            Ok(Err(error)) => Err(with_causes(&error).replace(envelope.to, "the address")),
            Err(_) => Err(format!("the mail server took longer than {MAIL_TIME:?}")),
        }
    }

    fn message(&self, envelope: &Envelope<'_>, letter: Letter) -> Result<Message, String> {
        let to: Address = envelope.to.parse().map_err(|_| "the address of the account is none".to_owned())?;
        let id = format!("<{}@{}>", envelope.id, self.from.email.domain());
        let mut builder: MessageBuilder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject)
            .message_id(Some(id))
            .header(ContentType::TEXT_PLAIN)
            .header(AutoSubmitted);
        if let Some(address) = envelope.unsubscribe {
            builder = builder.header(ListUnsubscribe(format!("<{address}>"))).header(ListUnsubscribePost);
        }
        builder.date_now().body(letter.body).map_err(|error| error.to_string())
    }
}

/// TLS that knows the bundled roots and those of an operator.
fn tls_of(host: &str, ca_bundle: Option<&Path>) -> Result<TlsParameters, CatalogError> {
    let mut builder = TlsParameters::builder(host.to_owned()).certificate_store(CertificateStore::WebpkiRoots);
    if let Some(path) = ca_bundle {
        let refused =
            |reason: String| CatalogError::Configuration(format!("mail.ca_bundle: {}: {reason}", path.display()));
        let pem = std::fs::read(path).map_err(|error| refused(error.to_string()))?;
        builder =
            builder.add_root_certificate(Certificate::from_pem(&pem).map_err(|error| refused(error.to_string()))?);
    }
    builder.build().map_err(|error| CatalogError::Configuration(format!("mail: TLS cannot be set up: {error}")))
}

/// An error with what caused it.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        told.push_str(": ");
        told.push_str(&error.to_string());
        cause = error.source();
    }
    told
}

/// `Auto-Submitted` (RFC 3834): programs do not answer it.
#[derive(Clone)]
struct AutoSubmitted;

/// `List-Unsubscribe` (RFC 2369).
#[derive(Clone)]
struct ListUnsubscribe(String);

/// `List-Unsubscribe-Post` (RFC 8058): one request to that address ends such mails.
#[derive(Clone)]
struct ListUnsubscribePost;

/// What a field of a mail is read from, which nobody does here.
fn is_not_read<T>() -> Result<T, Box<dyn std::error::Error + Send + Sync>> {
    Err("this field is only written".into())
}

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        is_not_read()
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        is_not_read()
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

impl Header for ListUnsubscribePost {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        is_not_read()
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".to_owned())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn settings() -> MailSettings {
        let server = MailServer { host: "127.0.0.1".to_owned(), port: 25, security: MailSecurity::None };
        MailSettings { server, user: None, from: "Cairn <cairn@relief.example>".to_owned(), ca_bundle: None }
    }

    fn written(subject: &str, body: &str) -> String {
        let mailer = Mailer::new(&settings()).unwrap();
        let envelope = Envelope {
            to: "amal@relief.example",
            id: "0190",
            unsubscribe: Some("https://cairn.example/unsubscribe/s"),
        };
        let letter = Letter { subject: subject.to_owned(), body: body.to_owned() };
        String::from_utf8(mailer.message(&envelope, letter).unwrap().formatted()).unwrap()
    }

    #[test]
    fn a_mail_can_be_ended_with_one_request_and_says_that_a_program_wrote_it() {
        let mail = written("Cairn: one", "There is one.\n");
        for field in [
            "From: Cairn <cairn@relief.example>\r\n",
            "To: amal@relief.example\r\n",
            "Message-ID: <0190@relief.example>\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "List-Unsubscribe: <https://cairn.example/unsubscribe/s>\r\n",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
        ] {
            assert!(mail.contains(field), "{field}: {mail}");
        }
    }

    /// A49.
    #[test]
    fn nothing_that_is_said_in_a_mail_becomes_a_field_of_it() {
        let mail = written("one\r\nBcc: x@evil.example", "Wells\r\n.\r\nRCPT TO:<x@evil.example>\r\n");
        let head = mail.split("\r\n\r\n").next().unwrap();
        assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{mail}");
    }

    #[test]
    fn a_sender_that_is_no_address_is_refused() {
        let error = MailSettings { from: "Cairn".to_owned(), ..settings() }.check().unwrap_err().to_string();
        assert!(error.starts_with("mail.from: `Cairn` is no mail address"), "{error}");
    }
}
