//! What the database knows of uploads. How much of each is there, the storage knows.

use rusqlite::{Connection, OptionalExtension as _, Row, TransactionBehavior, params};
use siaga_vault::Digest;

use super::Store;
use super::read::known_incident;
use crate::CentreError;
use crate::media::judge::{CreationDecision, KnownMedia, KnownUpload, judge_creation};
use crate::media::{Creation, UploadId};

/// What every query here reads.
const COLUMNS: &str =
    "upload, incident, file, sha256, bytes, drill, touched_ms, receipt, name, type, metadata, confirmed_ms";

/// A stored upload.
#[derive(Debug, Clone)]
pub(crate) struct UploadRow {
    pub(crate) upload: UploadId,
    pub(crate) known: KnownUpload,
    pub(crate) name: String,
    pub(crate) media_type: Option<String>,
    /// As the creation stated it; tus repeats it.
    pub(crate) metadata: String,
    pub(crate) confirmed_ms: Option<i64>,
    /// How many bytes are there. The storage knows it; 0 until it was asked.
    pub(crate) received: u64,
}

/// A creation as it came.
#[derive(Debug, Clone)]
pub(crate) struct Created {
    pub(crate) creation: Creation,
    pub(crate) metadata: String,
    /// The stated size of the piece that came with it.
    pub(crate) beginning_bytes: Option<u64>,
    /// The SHA-256 of the secret that came with it.
    pub(crate) presented: Option<Digest>,
}

impl Store {
    /// Judges a creation and, if it is new, commits it.
    pub(crate) fn create_upload(&mut self, created: &Created, now_ms: i64) -> Result<CreationDecision, CentreError> {
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let creation = &created.creation;
        let known = known_media(&tx, creation)?;
        let decision = judge_creation(creation, created.beginning_bytes, created.presented.as_ref(), &known);
        if decision == CreationDecision::Create {
            let upload = UploadId::of(&creation.incident, &creation.sha256);
            tx.prepare_cached(
                "INSERT INTO uploads (upload, incident, file, sha256, bytes, drill, touched_ms, name, type, metadata)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                upload.as_str(),
                creation.incident,
                creation.file,
                creation.sha256.to_string(),
                i64::try_from(creation.bytes).unwrap_or(i64::MAX),
                creation.drill,
                now_ms,
                creation.name,
                creation.media_type,
                created.metadata
            ])?;
            tx.commit()?;
        }
        Ok(decision)
    }

    /// An upload.
    pub(crate) fn upload(&self, upload: &UploadId) -> Result<Option<UploadRow>, CentreError> {
        Ok(self.uploads("upload = ?1", upload.as_str())?.pop())
    }

    /// The uploads of an incident, oldest first.
    pub(crate) fn uploads_of(&self, incident: &str) -> Result<Vec<UploadRow>, CentreError> {
        self.uploads("incident = ?1", incident)
    }

    /// The incomplete uploads that nobody has touched since this moment.
    pub(crate) fn uploads_untouched_since(&self, before_ms: i64) -> Result<Vec<UploadRow>, CentreError> {
        self.uploads("receipt IS NULL AND touched_ms <= ?1", before_ms)
    }

    fn uploads(&self, condition: &str, value: impl rusqlite::ToSql) -> Result<Vec<UploadRow>, CentreError> {
        let sql = format!("SELECT {COLUMNS} FROM uploads WHERE {condition} ORDER BY place");
        let mut query = self.connection.prepare_cached(&sql)?;
        let mut rows = query.query([value])?;
        let mut uploads = Vec::new();
        while let Some(row) = rows.next()? {
            uploads.push(upload_row(row)?);
        }
        Ok(uploads)
    }

    /// Notes that bytes came.
    pub(crate) fn touch_upload(&self, upload: &UploadId, now_ms: i64) -> Result<(), CentreError> {
        let sql = "UPDATE uploads SET touched_ms = ?2 WHERE upload = ?1 AND receipt IS NULL";
        self.connection.prepare_cached(sql)?.execute(params![upload.as_str(), now_ms])?;
        Ok(())
    }

    /// Commits the receipt. The bytes must be durable before.
    pub(crate) fn confirm_upload(&self, upload: &UploadId, receipt: &str, at_ms: i64) -> Result<(), CentreError> {
        let sql = "UPDATE uploads SET receipt = ?2, confirmed_ms = ?3 WHERE upload = ?1 AND receipt IS NULL";
        let changed = self.connection.prepare_cached(sql)?.execute(params![upload.as_str(), receipt, at_ms])?;
        // A receipt that no row holds must not leave.
        if changed == 1 { Ok(()) } else { Err(CentreError::Database(rusqlite::Error::StatementChangedRows(changed))) }
    }

    /// Forgets an upload without a receipt. Its bytes must be gone before.
    pub(crate) fn forget_upload(&self, upload: &UploadId) -> Result<(), CentreError> {
        let sql = "DELETE FROM uploads WHERE upload = ?1 AND receipt IS NULL";
        self.connection.prepare_cached(sql)?.execute([upload.as_str()])?;
        Ok(())
    }
}

fn known_media(connection: &Connection, creation: &Creation) -> Result<KnownMedia, CentreError> {
    let same_bytes = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM uploads WHERE incident = ?1 AND sha256 = ?2"))?
        .query_row([&creation.incident, &creation.sha256.to_string()], |row| Ok(upload_row(row)))
        .optional()?
        .transpose()?;
    let same_file: Option<String> = connection
        .prepare_cached("SELECT sha256 FROM uploads WHERE incident = ?1 AND file = ?2")?
        .query_row([&creation.incident, &creation.file], |row| row.get(0))
        .optional()?;
    let (files, bytes): (i64, i64) = connection
        .prepare_cached("SELECT count(*), coalesce(sum(bytes), 0) FROM uploads WHERE incident = ?1")?
        .query_row([&creation.incident], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(KnownMedia {
        incident: known_incident(connection, &creation.incident)?,
        same_bytes: same_bytes.map(|row| row.known),
        same_file: same_file.map(|text| text.parse()).transpose()?,
        files: u64::try_from(files).unwrap_or_default(),
        bytes: u64::try_from(bytes).unwrap_or_default(),
    })
}

fn upload_row(row: &Row<'_>) -> Result<UploadRow, CentreError> {
    let name: String = row.get("upload")?;
    let known = KnownUpload {
        incident: row.get("incident")?,
        file: row.get("file")?,
        sha256: row.get::<_, String>("sha256")?.parse()?,
        bytes: u64::try_from(row.get::<_, i64>("bytes")?).unwrap_or_default(),
        drill: row.get("drill")?,
        touched_ms: row.get("touched_ms")?,
        receipt: row.get("receipt")?,
    };
    // Always so; but what is read from a file is checked before it becomes the name of another.
    let upload = UploadId::parse(&name).unwrap_or_else(|| UploadId::of(&known.incident, &known.sha256));
    Ok(UploadRow {
        upload,
        known,
        name: row.get("name")?,
        media_type: row.get("type")?,
        metadata: row.get("metadata")?,
        confirmed_ms: row.get("confirmed_ms")?,
        received: 0,
    })
}
