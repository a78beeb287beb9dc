//! Who gets a message that is for those who do something: they are looked up when it is due.

use cairn_policy::Viewer;
use cairn_store::{MessageRow, NewMessage, PersonRow};
use jiff::Timestamp;

use super::Owner;
use crate::people::role_of;
use crate::registry::{AccessRequest, Concern, new_id};
use crate::{Catalog, CatalogError};

/// People that are read at a time.
const AT_A_TIME: u32 = 200;

impl Catalog {
    /// The messages to people that one for several becomes; `None` for one that is for somebody already.
    pub(super) async fn split(
        &self,
        message: &MessageRow,
        now: Timestamp,
    ) -> Result<Option<Vec<NewMessage>>, CatalogError> {
        let Some((role, id)) = message.recipient.split_once(':') else { return Ok(Some(Vec::new())) };
        let people = match role {
            "stewards" => self.stewards_of(id).await?,
            "asker" => self.askers_of(id).await?,
            "handlers" => self.handlers_of(id).await?,
            _ => return Ok(None),
        };
        let to = |person: String| NewMessage {
            id: new_id(),
            dedup: format!("{}/{person}", message.id),
            about: message.about.clone(),
            subject: message.subject.clone(),
            records: message.records.clone(),
            recipient: format!("person:{person}"),
            created: now,
            due: now,
        };
        Ok(Some(people.into_iter().map(to).collect()))
    }

    /// Those who decide for an organisation; its managers where nobody does.
    pub(super) async fn stewards_of(&self, organisation: &str) -> Result<Vec<String>, CatalogError> {
        let members = self.members_of(Some(organisation)).await?;
        let who = |does: &dyn Fn(&Viewer) -> bool| {
            members.iter().filter(|(_, viewer)| does(viewer)).map(|(id, _)| id.clone()).collect::<Vec<_>>()
        };
        let stewards = who(&|viewer| viewer.stewards(organisation));
        Ok(if stewards.is_empty() { who(&|viewer| viewer.manages(organisation)) } else { stewards })
    }

    /// Who wrote a request, while they are of the organisation that asks; else those who manage for it.
    async fn askers_of(&self, request: &str) -> Result<Vec<String>, CatalogError> {
        let request = match self.entry::<AccessRequest>(&Viewer::operator(), request).await {
            Ok(request) => request.body,
            Err(CatalogError::NotFound(_)) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        if let Some(author) = Owner::read(&request.author)
            && let Owner::Person(id) = author
            && let Some(viewer) = self.viewer_of(author).await?
            && viewer.organisation() == Some(&*request.organisation)
        {
            return Ok(vec![id.to_owned()]);
        }
        let members = self.members_of(Some(&request.organisation)).await?;
        Ok(members.into_iter().filter(|(_, one)| one.manages(&request.organisation)).map(|(id, _)| id).collect())
    }

    /// Those who look into a concern.
    async fn handlers_of(&self, concern: &str) -> Result<Vec<String>, CatalogError> {
        let concern = match self.entry::<Concern>(&Viewer::operator(), concern).await {
            Ok(concern) => concern.body,
            Err(CatalogError::NotFound(_)) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let people = self.members_of(None).await?;
        Ok(people.into_iter().filter(|(_, viewer)| concern.handled_by(viewer)).map(|(id, _)| id).collect())
    }

    /// The people of an organisation, or all, whose accounts are open, with what their roles allow.
    async fn members_of(&self, organisation: Option<&str>) -> Result<Vec<(String, Viewer)>, CatalogError> {
        let mut members = Vec::new();
        let mut after = String::new();
        loop {
            let rows: Vec<PersonRow> = self.store().people(organisation, &after, AT_A_TIME).await?;
            let Some(last) = rows.last() else { return Ok(members) };
            after.clone_from(&last.id);
            for row in rows.into_iter().filter(|row| row.closed.is_none()) {
                let viewer = Viewer::member(&row.organisation, &[], role_of(&row)?);
                members.push((row.id, viewer));
            }
        }
    }
}
