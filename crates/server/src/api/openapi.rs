//! `GET /api/openapi.json`, generated from the handlers, and a page to browse it.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;
use utoipa::Modify;
use utoipa::openapi::path::Operation as ApiOperation;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder};

use crate::error::{ApiError, PROBLEM};
use crate::layers::is_probe;
use crate::web::page::{PageError, render};
use crate::web::visitor::{Header, Visitor};

/// The frame of the description; paths and schemas come from the handlers.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Cairn",
        description = "Who holds what humanitarian data, where, and on which terms it may be shared. Tokens are sent as `Authorization: Bearer …`; without one the answers are those for an anonymous viewer.",
        license(name = "Apache-2.0")
    ),
    modifiers(&Bearer),
    security((), ("token" = [])),
    tags(
        (name = "search", description = "Finding holdings"),
        (name = "datasets", description = "Records"),
        (name = "classification", description = "What is proposed for records, and which of them somebody must look at"),
        (name = "sources", description = "Where records come from"),
        (name = "organisations", description = "Organisations that take part"),
        (name = "groups", description = "Clusters, working groups, collaboratives, affected communities"),
        (name = "agreements", description = "Agreements that decide about access, and what they hang on"),
        (name = "concerns", description = "What anyone may say is wrong, and what became of it"),
        (name = "requests", description = "Requests for access"),
        (name = "needs", description = "What data organisations need, and what answers it"),
        (name = "exchanges", description = "Flows of data that exist"),
        (name = "practices", description = "Good practices, use cases and lessons, attached to holdings"),
        (name = "collaboratives", description = "Data collaboratives, each with its canvas"),
        (name = "people", description = "Accounts, invitations and tokens"),
        (name = "audit", description = "What people did"),
        (name = "vocabularies", description = "Codes, their labels and synonyms, and the words that no vocabulary knows"),
        (name = "health", description = "Whether the server works"),
    )
)]
pub(crate) struct ApiDescription;

/// How a token is sent.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, api: &mut OpenApi) {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.description = Some("A token, as `cairn token create` or the account page gives it.".to_owned());
        api.components.get_or_insert_default().add_security_scheme(TOKEN, SecurityScheme::Http(scheme));
    }
}

/// The name of the security scheme.
const TOKEN: &str = "token";

/// Says which operations need a token: those that tell who sends none so, unless they say otherwise
/// themselves. All others answer everyone.
pub(crate) fn describe_security(api: &mut OpenApi) {
    for item in api.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        for operation in operations.into_iter().flatten() {
            let refused = operation.responses.responses.get("401");
            let needs_token =
                matches!(refused, Some(RefOr::T(one)) if NEEDS.iter().any(|words| one.description.starts_with(words)));
            if needs_token && operation.security.is_none() {
                operation.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>(TOKEN, [])]);
            }
        }
    }
}

/// How the description of a 401 begins where an anonymous viewer gets it.
const NEEDS: [&str; 2] = ["Nobody said who they are", "There is no token"];

/// What stands before every door answers in its place.
const OF_EVERY_DOOR: [(&str, &str); 3] = [
    ("400", "The address cannot be read, or has a token in it"),
    ("429", "Too many requests"),
    ("503", "Too much is asked for at this moment, or this took too long"),
];

/// The same, of doors that are sent something.
const OF_WRITES: [(&str, &str); 4] = [
    ("403", "It was sent by another site"),
    ("413", "The body is too large"),
    ("415", "With a session, a body is sent as JSON"),
    ("507", "There is no room left to write"),
];

/// Adds what the layers before the doors can answer, where a door does not say it itself.
pub(crate) fn describe_layers(api: &mut OpenApi) {
    for (path, item) in &mut api.paths.paths {
        if let Some(read) = &mut item.get {
            // A probe is never limited, shed or kept.
            if is_probe(path) {
                describe(read, &OF_EVERY_DOOR[..1]);
                continue;
            }
            // What has a tag need not be sent again: all that is not sent while it is written.
            let ok = read.responses.responses.get("200");
            if matches!(ok, Some(RefOr::T(one)) if one.content.contains_key("application/json")) {
                let held = ResponseBuilder::new().description("The client holds this answer").build();
                read.responses.responses.entry("304".to_owned()).or_insert(RefOr::T(held));
            }
            describe(read, &OF_EVERY_DOOR);
        }
        for write in [&mut item.put, &mut item.post, &mut item.delete, &mut item.patch].into_iter().flatten() {
            describe(write, &OF_EVERY_DOOR);
            describe(write, &OF_WRITES);
        }
    }
}

fn describe(operation: &mut ApiOperation, problems: &[(&str, &str)]) {
    for (status, description) in problems {
        operation.responses.responses.entry((*status).to_owned()).or_insert_with(|| {
            let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemBody"))).build();
            RefOr::T(ResponseBuilder::new().description(*description).content(PROBLEM, problem).build())
        });
    }
}

/// The description as it is served.
#[derive(Clone)]
pub(crate) struct Description {
    pub(crate) json: Arc<str>,
    operations: Arc<[Operation]>,
}

/// One operation, as the page shows it.
struct Operation {
    method: String,
    path: String,
    summary: String,
    parameters: Vec<Parameter>,
    responses: Vec<(String, String)>,
}

struct Parameter {
    name: String,
    place: String,
    description: String,
}

#[derive(Template)]
#[template(path = "api.html")]
struct ApiPage {
    operations: Arc<[Operation]>,
    language: &'static str,
    header: Header,
}

impl Description {
    /// Reads it once for both forms.
    pub(crate) fn new(api: &utoipa::openapi::OpenApi) -> Result<Self, ApiError> {
        let json = api.to_json().map_err(|error| ApiError::internal(&error))?;
        let value: Value = serde_json::from_str(&json).map_err(|error| ApiError::internal(&error))?;
        Ok(Self { json: json.into(), operations: operations(&value).into() })
    }
}

/// The OpenAPI description.
pub(crate) async fn json(Extension(description): Extension<Description>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], description.json.to_string()).into_response()
}

/// The same as a page.
pub(crate) async fn page(
    Extension(description): Extension<Description>,
    visitor: Result<Visitor, ApiError>,
) -> Result<Html<String>, PageError> {
    let Visitor { header, .. } = visitor?;
    render(&ApiPage { operations: description.operations, language: "en", header })
}

/// What a parameter means, and of a closed list the words that it takes.
fn described(parameter: &Value) -> String {
    let text = parameter["description"].as_str().unwrap_or_default();
    let schema = &parameter["schema"];
    let words = schema["enum"].as_array().or_else(|| schema["items"]["enum"].as_array());
    let words: Vec<&str> = words.into_iter().flatten().filter_map(Value::as_str).collect();
    if words.is_empty() { text.to_owned() } else { format!("{text} One of {}.", words.join(", ")) }
}

fn operations(api: &Value) -> Vec<Operation> {
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let mut found = Vec::new();
    for (path, methods) in api["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let responses = operation["responses"].as_object().into_iter().flatten();
            found.push(Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                summary: text(operation, "summary"),
                parameters: parameters
                    .map(|one| Parameter {
                        name: text(one, "name"),
                        place: text(one, "in"),
                        description: described(one),
                    })
                    .collect(),
                responses: responses
                    .map(|(status, response)| (status.clone(), text(response, "description")))
                    .collect(),
            });
        }
    }
    found
}
