//! The table of routes: every door of the server, in one place.

use std::any::Any;
use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use axum::{Extension, Router, middleware};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::openapi::{ApiDescription, Description};
use crate::api::{
    audit, changes, classification, closed_lists, coverage, datasets, duplicates, export, feed, health, interventions,
    invitations, linkages, me, notifications, openapi, people, previews, problems, quality, registry, related, reviews,
    search, sources, stewardship, suggest, tokens as api_tokens, unmapped, vocabularies,
};
use crate::error::ApiError;
use crate::extract::MAX_TABLE;
use crate::layers::{caching, clients, failures, headers, load, moved, sessions, time, tokens};
use crate::state::AppState;
use crate::web;

/// Largest request body; each door takes no more than it needs.
const REQUEST_BODY: usize = MAX_TABLE;

/// The doors of people, and of what they sign in with.
fn with_people(api: OpenApiRouter<AppState>) -> OpenApiRouter<AppState> {
    api.routes(routes!(me::show))
        .routes(routes!(notifications::own, notifications::set))
        .routes(routes!(people::list))
        .routes(routes!(people::show, people::change))
        .routes(routes!(invitations::list, invitations::create))
        .routes(routes!(invitations::accept))
        .routes(routes!(invitations::withdraw))
        .routes(routes!(api_tokens::list, api_tokens::create))
        .routes(routes!(api_tokens::revoke))
}

/// The doors of what people register beside records.
fn with_entries(api: OpenApiRouter<AppState>) -> OpenApiRouter<AppState> {
    api.routes(routes!(registry::organisations::list, registry::organisations::create))
        .routes(routes!(registry::organisations::show, registry::organisations::change))
        .routes(routes!(registry::organisations::history))
        .routes(routes!(registry::groups::list, registry::groups::create))
        .routes(routes!(registry::groups::show, registry::groups::change))
        .routes(routes!(registry::groups::history))
        .routes(routes!(registry::holdings::register))
        .routes(routes!(registry::holdings::publish))
        .routes(routes!(registry::holdings::list))
        .routes(routes!(registry::holdings::show))
        .routes(routes!(registry::holdings::history))
        .routes(routes!(registry::edits::show, registry::edits::put))
        .routes(routes!(registry::derivations::show))
        .routes(routes!(registry::derivations::show_release, registry::derivations::put_release))
        .routes(routes!(registry::tables::register))
        .routes(routes!(registry::tables::template_csv))
        .routes(routes!(registry::tables::template_xlsx))
        .routes(routes!(registry::tables::csv))
        .routes(routes!(registry::tables::xlsx))
        .routes(routes!(registry::taken_tables::list))
        .routes(routes!(registry::taken_tables::undo))
        .routes(routes!(registry::agreements::list, registry::agreements::propose))
        .routes(routes!(registry::agreements::show, registry::agreements::propose_terms))
        .routes(routes!(registry::agreements::history))
        .routes(routes!(registry::agreements::agree))
        .routes(routes!(registry::agreements::drop_proposal))
        .routes(routes!(registry::agreements::suspend))
        .routes(routes!(registry::agreements::resume))
        .routes(routes!(registry::agreements::end))
        .routes(routes!(registry::agreements::odrl))
        .routes(routes!(registry::access::decide))
        .routes(routes!(registry::concerns::list, registry::concerns::raise))
        .routes(routes!(registry::concerns::show))
        .routes(routes!(registry::concerns::handle))
        .routes(routes!(registry::concerns::about))
        .routes(routes!(registry::crises::list, registry::crises::declare))
        .routes(routes!(registry::crises::show))
        .routes(routes!(registry::crises::lift))
        .routes(routes!(registry::frameworks::list, registry::frameworks::create))
        .routes(routes!(registry::frameworks::show, registry::frameworks::write))
        .routes(routes!(registry::frameworks::stage))
        .routes(routes!(registry::frameworks::comment))
        .routes(routes!(registry::organisations::allow_declaring))
        .routes(routes!(registry::commitments::report))
        .routes(routes!(registry::commitments::csv))
        .routes(routes!(registry::commitments::show, registry::commitments::put))
        .routes(routes!(registry::refusals::list, registry::refusals::create))
        .routes(routes!(registry::refusals::show))
        .routes(routes!(registry::refusals::lift))
        .routes(routes!(registry::requests::list, registry::requests::send))
        .routes(routes!(registry::requests::draft))
        .routes(routes!(registry::requests::show))
        .routes(routes!(registry::requests::see))
        .routes(routes!(registry::requests::ask))
        .routes(routes!(registry::requests::answer_owner))
        .routes(routes!(registry::requests::forward))
        .routes(routes!(registry::requests::grant))
        .routes(routes!(registry::requests::refuse))
        .routes(routes!(registry::requests::withdraw))
        .routes(routes!(registry::saved_searches::list, registry::saved_searches::create))
        .routes(routes!(
            registry::saved_searches::show,
            registry::saved_searches::change,
            registry::saved_searches::remove
        ))
        .routes(routes!(registry::saved_searches::atom))
        .routes(routes!(notifications::of_saved_search, notifications::set_of_saved_search))
        .routes(routes!(registry::needs::list, registry::needs::create))
        .routes(routes!(registry::needs::show, registry::needs::change))
        .routes(routes!(registry::needs::meet))
        .routes(routes!(registry::needs::withdraw))
        .routes(routes!(registry::needs::history))
        .routes(routes!(notifications::of_need, notifications::set_of_need))
        .routes(routes!(registry::exchanges::list, registry::exchanges::create))
        .routes(routes!(registry::exchanges::graph))
        .routes(routes!(registry::exchanges::show, registry::exchanges::change))
        .routes(routes!(registry::exchanges::end))
        .routes(routes!(registry::exchanges::history))
        .routes(routes!(registry::practices::list, registry::practices::create))
        .routes(routes!(registry::practices::show, registry::practices::change, registry::practices::withdraw))
        .routes(routes!(registry::practices::history))
        .routes(routes!(registry::collaboratives::list, registry::collaboratives::create))
        .routes(routes!(registry::collaboratives::show, registry::collaboratives::change))
        .routes(routes!(registry::collaboratives::end))
        .routes(routes!(registry::collaboratives::history))
        .routes(routes!(registry::collaboratives::roles))
        .routes(routes!(registry::matches::of_need))
        .routes(routes!(registry::matches::of_dataset))
        .routes(routes!(registry::gaps::json))
        .routes(routes!(registry::gaps::csv))
}

/// The pages of what organisations agreed on, and of what is said to be wrong.
fn with_agreements(doors: Router<AppState>) -> Router<AppState> {
    doors
        .route("/dataset/{id}/concern", get(web::concerns::of_record).post(web::concerns::raise_of_record))
        .route("/agreement/{id}/concern", get(web::concerns::of_agreement).post(web::concerns::raise_of_agreement))
        .route("/request/{id}/concern", get(web::concerns::of_request).post(web::concerns::raise_of_request))
        .route("/concerns", get(web::concerns::list))
        .route("/concern", get(web::concerns::ask_receipt).post(web::concerns::show_by_receipt))
        .route("/concern/{id}", get(web::concerns::show).post(web::concerns::handle))
        .route("/agreements", get(web::agreements::list))
        .route("/agreement/{id}", get(web::agreements::show))
        .route("/frameworks", get(web::frameworks::list))
        .route("/framework/{id}", get(web::frameworks::show))
        .route("/crises", get(web::crises::list))
}

/// The pages of the vocabularies, and of what they lack.
fn with_vocabularies(doors: Router<AppState>) -> Router<AppState> {
    doors
        .route("/vocabularies", get(web::vocabularies::list))
        .route("/vocabularies/unmapped", get(web::vocabularies::unmapped::list))
        .route("/vocabularies/{name}", get(web::vocabularies::show))
}

/// The pages of sources.
fn with_source_pages(doors: Router<AppState>) -> Router<AppState> {
    doors
        .route("/sources", get(web::sources::list))
        .route("/source/{id}", get(web::sources::show))
        .route("/source/{id}/problems", get(web::sources::problems::show))
        .route("/source/{id}/quality", get(web::sources::quality::show))
        .route("/source/{id}/preview", post(web::sources::preview::preview))
}

/// What sources are, what their runs found, and what operators do with them.
fn with_sources(api: OpenApiRouter<AppState>) -> OpenApiRouter<AppState> {
    api.routes(routes!(sources::list))
        .routes(routes!(sources::runs))
        .routes(routes!(sources::run))
        .routes(routes!(interventions::harvest))
        .routes(routes!(interventions::stop))
        .routes(routes!(interventions::pause))
        .routes(routes!(interventions::resume))
        .routes(routes!(previews::preview))
        .routes(routes!(quality::show))
        .routes(routes!(problems::kinds))
        .routes(routes!(problems::list))
        .routes(routes!(problems::csv))
        .routes(routes!(problems::json))
        .routes(routes!(problems::json_lines))
}

/// The whole server as a service.
///
/// # Errors
/// When the OpenAPI description cannot be rendered.
pub(crate) fn router(state: AppState) -> Result<Router, ApiError> {
    let api = OpenApiRouter::with_openapi(ApiDescription::openapi())
        .routes(routes!(search::search))
        .routes(routes!(suggest::suggest))
        .routes(routes!(export::csv))
        .routes(routes!(export::xlsx))
        .routes(routes!(export::json_lines))
        .routes(routes!(feed::of_search))
        .routes(routes!(coverage::json))
        .routes(routes!(coverage::csv))
        .routes(routes!(datasets::show, registry::holdings::change, registry::holdings::withdraw))
        .routes(routes!(datasets::history))
        .routes(routes!(datasets::contacts))
        .routes(routes!(audit::list))
        .routes(routes!(audit::json_lines))
        .routes(routes!(changes::list))
        .routes(routes!(duplicates::list))
        .routes(routes!(linkages::list))
        .routes(routes!(related::list))
        .routes(routes!(classification::show))
        .routes(routes!(classification::profiles))
        .routes(routes!(classification::profile))
        .routes(routes!(reviews::list))
        .routes(routes!(stewardship::list))
        .routes(routes!(vocabularies::list))
        .routes(routes!(vocabularies::show))
        .routes(routes!(unmapped::list))
        .routes(routes!(unmapped::csv))
        .routes(routes!(health::live))
        .routes(routes!(health::ready));
    let (api, mut description) = with_entries(with_people(with_sources(api))).split_for_parts();
    closed_lists::describe(&mut description);
    openapi::describe_security(&mut description);
    openapi::describe_layers(&mut description);

    // A form with a file is read to its end, so that a browser takes the answer.
    let of_table = DefaultBodyLimit::max(REQUEST_BODY);
    let doors = with_source_pages(with_vocabularies(with_agreements(api)))
        .route("/api/openapi.json", get(openapi::json))
        .route("/api/docs", get(openapi::page))
        .route("/", get(web::home::show))
        .route("/search", get(web::search::show))
        .route("/dataset/{id}", get(web::dataset::show))
        .route("/dataset/{id}/request", get(web::requests::show_form).post(web::requests::send))
        .route("/requests", get(web::requests::list))
        .route("/request/{id}", get(web::requests::show).post(web::requests::act))
        .route("/coverage", get(web::coverage::show))
        .route("/register", get(web::register::show).post(web::register::register))
        .route("/register/table", get(web::register::table::show).post(web::register::table::send).layer(of_table))
        .route("/register/table/{id}", get(web::register::undo::show).post(web::register::undo::undo))
        .route("/holdings", get(web::register::list))
        .route("/holding/{id}", get(web::register::show_one).post(web::register::change))
        .route("/groups", get(web::groups::list))
        .route("/group/{id}", get(web::groups::show))
        .route("/exchanges", get(web::exchanges::list))
        .route("/dataset/{id}/linkages", get(web::linkages::show))
        .route("/collaboratives", get(web::collaboratives::list))
        .route("/collaborative/{id}", get(web::collaboratives::show))
        .route("/needs", get(web::needs::board))
        .route("/needs/{id}", get(web::needs::show))
        .route("/saved-searches/{id}", get(web::saved_search::show))
        .route("/unsubscribe/{secret}", get(web::unsubscribe::show).post(web::unsubscribe::end))
        .route("/sign-in", get(web::sign_in::show).post(web::sign_in::sign_in))
        .route("/sign-in/{provider}", get(web::providers::begin))
        .route("/sign-in/{provider}/callback", get(web::providers::finish))
        .route("/sign-out", post(web::sign_in::sign_out))
        .route("/invitation/{secret}", get(web::invitation::show))
        .route("/invitation", post(web::invitation::accept))
        .route("/account", get(web::account::show))
        .route("/account/password", post(web::account::change_password))
        .route("/account/tokens", post(web::account::create_token))
        .route("/account/tokens/revoke", post(web::account::revoke_token))
        .route("/assets/cairn.css", get(web::assets::stylesheet))
        .route("/assets/cairn.js", get(web::assets::script))
        .route("/favicon.ico", get(web::assets::icon))
        .fallback(failures::nowhere)
        .method_not_allowed_fallback(failures::method_not_allowed);

    Ok(doors
        .layer(Extension(Description::new(&description)?))
        .layer(middleware::from_fn(failures::as_page))
        .layer(middleware::from_fn(moved::lead_on))
        .layer(middleware::from_fn_with_state(state.clone(), sessions::recognise))
        .layer(middleware::from_fn_with_state(state.clone(), sessions::refuse_other_sites))
        .layer(middleware::from_fn(caching::validate))
        .layer(middleware::from_fn(tokens::refuse_in_address))
        .layer(middleware::from_fn(time::give_up))
        .layer(RequestBodyLimitLayer::new(REQUEST_BODY))
        .layer(middleware::from_fn_with_state(state.clone(), clients::limit_requests))
        .layer(middleware::from_fn_with_state(Arc::new(Semaphore::new(load::AT_ONCE)), load::shed))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(|panic: Box<dyn Any + Send>| failures::of_panic(&*panic)))
        .layer(middleware::from_fn(failures::as_page))
        .layer(middleware::from_fn(failures::in_full))
        .layer(middleware::from_fn(headers::secure))
        .layer(middleware::from_fn(crate::observe::record))
        .with_state(state))
}
