//! What inventories call their columns, in English, French, Spanish and Arabic.
//!
//! Headers are compared without case, accents, blanks and punctuation, so `DATASET_NAME`, `datasetName` and
//! `Dataset name` are one. A name further down a list gives way to one further up where a table has both.

use std::collections::HashMap;
use std::sync::OnceLock;

use cairn_model::vocabulary::fold;

use super::columns::Column;
use super::languages::split_language;

/// The names of each column, the surest first.
#[rustfmt::skip]
const NAMES: &[(Column, &[&str])] = &[
    (Column::Title, &[
        "dataset title", "dataset name", "title", "name of dataset", "name of the dataset", "title of dataset", "title of the dataset", "data set name", "data set title",
        "data set", "dataset", "holding", "name of holding", "data asset", "data asset name", "information product", "resource name", "resource title", "layer name", "survey title", "product name", "system name",
        "titre", "intitulé", "nom du jeu de données", "titre du jeu de données", "intitulé du jeu de données", "jeu de données", "nom de la base de données", "nom des données", "nom du dataset",
        "título", "nombre del conjunto de datos", "título del conjunto de datos", "conjunto de datos", "nombre de la base de datos", "nombre del dataset", "nombre de los datos",
        "اسم مجموعة البيانات", "عنوان مجموعة البيانات", "مجموعة البيانات", "العنوان", "عنوان", "اسم البيانات", "عنوان البيانات", "اسم قاعدة البيانات",
        "name", "nom", "nombre", "الاسم", "اسم", "survey name", "asset name",
    ]),
    (Column::Identifier, &[
        "dataset id", "dataset identifier", "record id", "identifier", "unique id", "unique identifier", "inventory id", "data inventory id", "edi id", "asset id", "reference", "reference number", "ref", "uuid", "guid", "id", "code",
        "identifiant", "identifiant du jeu de données", "référence", "numéro de référence",
        "identificador", "identificador del conjunto de datos", "referencia", "número de referencia",
        "المعرف", "معرف", "معرف مجموعة البيانات", "رمز", "الرمز", "المرجع", "رقم المرجع",
    ]),
    (Column::Description, &[
        "description", "dataset description", "dataset summary", "description of the dataset", "summary", "abstract", "notes", "about", "content", "contents", "details",
        "description du jeu de données", "résumé", "descriptif", "contenu",
        "descripción", "descripción del conjunto de datos", "resumen", "contenido",
        "الوصف", "وصف", "وصف مجموعة البيانات", "وصف البيانات", "ملخص", "الملخص", "المحتوى", "short description",
    ]),
    (Column::Kind, &[
        "data type", "dataset type", "type of data", "type of dataset", "kind", "type", "resource type", "record type", "holding type",
        "type de données", "type de jeu de données", "nature", "nature des données", "tipo de datos", "tipo de conjunto de datos", "tipo", "نوع البيانات", "النوع", "نوع",
    ]),
    (Column::Organisation, &[
        "organisation", "organization", "organisation name", "organization name", "agency", "agency name", "institution", "ngo", "partner organisation", "organisation responsible", "responsible organisation", "responsible organization", "implementing partner", "ministry", "department", "data provider", "provider", "data holder", "holder", "publisher", "publisher name", "source organisation", "source organization", "data source", "source",
        "nom de l'organisation", "organisme", "agence", "institution responsable", "organisation responsable", "ong", "éditeur", "fournisseur", "fournisseur de données", "détenteur", "producteur", "ministère",
        "organización", "nombre de la organización", "agencia", "institución", "organismo", "organización responsable", "institución responsable", "proveedor", "proveedor de datos", "fuente", "ministerio", "editor",
        "المنظمة", "منظمة", "اسم المنظمة", "الجهة", "اسم الجهة", "الجهة المسؤولة", "المؤسسة", "الوكالة", "الناشر", "المصدر", "مصدر البيانات", "الوزارة", "agency responsible", "nom orga", "coll nom", "producteur nom",
    ]),
    (Column::Owner, &[
        "data owner", "owner", "dataset owner", "owner organisation", "owner organization", "owning organisation", "owning authority", "owning organization", "organisation propriétaire", "institution propriétaire", "organización propietaria", "المنظمة المالكة", "authority",
        "propriétaire", "propriétaire des données", "propietario", "propietario de los datos", "titular", "dueño de los datos",
        "مالك البيانات", "المالك", "الجهة المالكة", "مالك", "business owner",
    ]),
    (Column::Custodian, &[
        "custodian", "data custodian", "kept by", "held by", "hosted by", "host organisation", "dépositaire", "conservateur", "hébergeur", "hébergé par", "gardien des données", "custodio", "custodio de los datos", "depositario", "alojado por",
        "أمين البيانات", "الجهة الحافظة", "حافظ البيانات", "الجهة المستضيفة",
    ]),
    (Column::Steward, &[
        "steward", "data steward", "data manager", "maintained by", "maintainer", "gestionnaire", "gestionnaire des données", "gestor de datos", "administrador de datos", "responsable de los datos", "مدير البيانات", "مسؤول البيانات", "المشرف على البيانات",
    ]),
    (Column::OrganisationType, &[
        "organisation type", "organization type", "type of organisation", "type of organization", "agency type", "type d'organisation", "type d'organisme", "tipo de organización", "نوع المنظمة", "نوع الجهة",
    ]),
    (Column::Contact, &[
        "contact", "contact person", "contact point", "point of contact", "focal point", "contact details", "contact information", "focal person",
        "personne de contact", "point de contact", "personne ressource", "point focal", "contacts", "contacto", "persona de contacto", "punto de contacto", "punto focal",
        "جهة الاتصال", "الشخص المسؤول", "نقطة الاتصال", "بيانات الاتصال", "معلومات الاتصال", "مسؤول الاتصال",
    ]),
    (Column::ContactName, &[
        "contact name", "contact person name", "focal point name", "name of contact", "nom du contact", "nom de la personne de contact", "nom du point focal", "nombre del contacto", "nombre de contacto", "nombre del punto focal", "اسم جهة الاتصال", "اسم المسؤول", "اسم نقطة الاتصال", "contact nom", "point focal nom", "point de contact nom", "contacto nombre", "punto focal nombre", "نقطة الاتصال الاسم", "جهة الاتصال الاسم",
    ]),
    (Column::ContactMail, &[
        "contact email", "contact e-mail", "contact mail", "email", "e-mail", "mail", "email address", "focal point email", "maintainer email",
        "courriel", "courriel du contact", "adresse électronique", "adresse e-mail", "adresse mail", "correo", "correo electrónico", "correo de contacto", "correo electrónico de contacto",
        "البريد الإلكتروني", "البريد", "ايميل", "عنوان البريد الإلكتروني", "بريد جهة الاتصال",
    ]),
    (Column::ContactPhone, &[
        "contact phone", "phone", "telephone", "phone number", "mobile", "téléphone", "numéro de téléphone", "teléfono", "número de teléfono", "الهاتف", "رقم الهاتف", "هاتف",
    ]),
    (Column::Country, &[
        "country", "countries", "country name", "countries covered", "country code", "country iso3", "iso3", "iso 3", "location", "geographic coverage", "spatial coverage", "geography", "geographic scope", "coverage area",
        "pays", "pays couverts", "pays concerné", "couverture géographique", "zone géographique", "país", "países", "cobertura geográfica", "ámbito geográfico", "ubicación",
        "البلد", "بلد", "الدولة", "الدول", "البلدان", "التغطية الجغرافية", "النطاق الجغرافي", "الموقع",
    ]),
    (Column::Place, &[
        "admin area", "administrative area", "admin areas", "administrative areas", "places", "pcodes", "place code", "place codes", "zones administratives", "code du lieu", "áreas administrativas", "código del lugar", "المناطق الإدارية", "رمز المكان", "رموز الأماكن", "admin1", "admin 1", "adm1", "admin2", "admin 2", "adm2", "admin 1 name", "admin 2 name", "adm1 name", "adm2 name", "governorate", "province", "district", "state", "region", "area", "subnational area", "pcode", "p-code", "admin1 pcode", "adm1 pcode", "admin2 pcode", "adm2 pcode",
        "zone administrative", "région", "gouvernorat", "département", "préfecture", "área administrativa", "departamento", "provincia", "estado", "región", "municipio", "distrito",
        "المنطقة الإدارية", "المحافظة", "محافظة", "المنطقة", "المديرية", "القضاء", "الإقليم", "couv geo", "couv spat nom",
    ]),
    (Column::Extent, &["bbox", "bounding box", "spatial extent", "extent", "coordinates", "emprise", "étendue", "extensión", "extensión espacial", "الإحداثيات", "النطاق المكاني"]),
    (Column::Precision, &[
        "geographic precision", "admin level", "administrative level", "lowest admin level", "level of geographic detail", "geographic level", "geographic granularity", "spatial resolution", "granularity", "level of detail",
        "précision géographique", "niveau administratif", "niveau géographique", "granularité", "precisión geográfica", "nivel administrativo", "nivel geográfico", "granularidad", "المستوى الإداري", "الدقة الجغرافية", "المستوى الجغرافي",
    ]),
    (Column::Cluster, &[
        "cluster", "clusters", "sector", "sectors", "cluster sector", "sector cluster", "humanitarian sector", "aor", "area of responsibility", "working group",
        "secteur", "secteurs", "secteur d'activité", "groupe sectoriel", "sectores", "clúster", "grupo sectorial", "القطاع", "القطاعات", "الكتلة", "المجموعة القطاعية", "قطاع",
    ]),
    (Column::Topic, &[
        "topic", "topics", "theme", "themes", "category", "categories", "subject", "subjects", "data category", "thematic area", "super theme",
        "thème", "thèmes", "thématique", "catégorie", "sujet", "domaine", "tema", "temas", "categoría", "categorías", "temática", "área temática", "الموضوع", "المواضيع", "الفئة", "التصنيف الموضوعي", "المجال",
    ]),
    (Column::Keywords, &["keywords", "keyword", "key words", "tags", "tag", "mots clés", "mots-clés", "mot clé", "étiquettes", "palabras clave", "palabra clave", "etiquetas", "الكلمات المفتاحية", "كلمات مفتاحية", "الكلمات الدالة", "الوسوم"]),
    (Column::Language, &["language", "languages", "data language", "language of data", "langue", "langues", "langue des données", "idioma", "idiomas", "lengua", "اللغة", "اللغات", "لغة البيانات"]),
    (Column::Methodology, &[
        "methodology", "method", "methods", "collection method", "data collection method", "data collection methodology", "collection methodology", "how collected",
        "méthodologie", "méthode", "méthode de collecte", "metodología", "método", "método de recolección", "método de recopilación", "المنهجية", "منهجية", "طريقة الجمع", "طريقة جمع البيانات", "منهجية جمع البيانات",
    ]),
    (Column::Caveats, &[
        "caveats", "caveat", "limitations", "limitation", "known limitations", "data quality", "quality notes", "caveats and comments", "remarks", "comments", "comment",
        "limites", "réserves", "mises en garde", "remarques", "commentaires", "observations", "limitaciones", "advertencias", "observaciones", "comentarios", "salvedades",
        "المحاذير", "القيود على الاستخدام", "محددات", "القيود المعروفة", "ملاحظات", "الملاحظات", "تعليقات",
    ]),
    (Column::Questions, &["questions", "questions it can answer", "questions answered", "use cases", "purpose", "questions auxquelles répondent les données", "usages", "finalité", "preguntas", "preguntas que responde", "usos", "finalidad", "الأسئلة", "الغرض", "الأسئلة التي تجيب عنها"]),
    (Column::Fields, &["fields", "field names", "variables", "indicators", "columns", "attributes", "data elements", "data fields", "champs", "variables collectées", "indicateurs", "attributs", "campos", "indicadores", "columnas", "atributos", "الحقول", "المتغيرات", "المؤشرات", "الأعمدة"]),
    (Column::PopulationGroups, &[
        "population groups", "population group", "target population", "target group", "affected groups", "population covered", "groupes de population", "groupe de population", "population cible", "population concernée",
        "grupos de población", "grupo de población", "población objetivo", "población meta", "الفئات السكانية", "مجموعات السكان", "السكان المستهدفون", "الفئة المستهدفة",
    ]),
    (Column::Disaggregation, &[
        "disaggregation", "disaggregated by", "level of disaggregation", "sadd", "sex and age disaggregated", "disaggregated by sex and age", "sex and age disaggregation", "désagrégation", "niveau de désagrégation", "désagrégé par", "ventilation",
        "desagregación", "nivel de desagregación", "desagregado por", "التصنيف حسب الجنس والعمر", "مستوى التفصيل", "التفصيل", "مصنفة حسب",
    ]),
    (Column::BySex, &["sex disaggregated", "disaggregated by sex", "gender disaggregated", "disaggregated by gender", "désagrégé par sexe", "désagrégation par sexe", "desagregado por sexo", "مصنفة حسب الجنس"]),
    (Column::ByAge, &["age disaggregated", "disaggregated by age", "désagrégé par âge", "désagrégation par âge", "desagregado por edad", "مصنفة حسب العمر"]),
    (Column::Coverage, &[
        "temporal coverage", "time period", "time period covered", "period covered", "period", "coverage period", "reference period", "date range", "dataset date", "date of dataset", "data collection period", "years covered", "year", "years", "coverage", "timeframe", "date",
        "période", "période couverte", "période de référence", "couverture temporelle", "période de collecte", "année", "années",
        "período", "periodo", "período cubierto", "periodo cubierto", "período de referencia", "cobertura temporal", "año", "años", "fecha",
        "الفترة", "الفترة الزمنية", "الفترة المغطاة", "التغطية الزمنية", "الفترة المرجعية", "السنة", "العام", "التاريخ",
    ]),
    (Column::CoverageStart, &[
        "coverage start", "start date", "date from", "from", "start", "from date", "start year", "earliest date", "earliest date of records", "earliest record", "period start", "temporal coverage start", "date start",
        "date de début", "début", "période début", "début période", "début de couverture", "período inicio", "periodo inicio", "fecha inicio", "début de la période", "fecha de inicio", "inicio", "desde", "inicio del período", "تاريخ البداية", "تاريخ البدء", "من تاريخ", "بداية الفترة", "من", "couv temp debut", "first date",
    ]),
    (Column::CoverageEnd, &[
        "coverage end", "end date", "date to", "to", "end", "to date", "end year", "latest date", "latest date of records", "latest record", "period end", "temporal coverage end", "date end",
        "date de fin", "fin", "période fin", "fin période", "fin de couverture", "período fin", "periodo fin", "fecha fin", "fin de la période", "fecha de fin", "fecha final", "hasta", "fin del período", "تاريخ النهاية", "تاريخ الانتهاء", "إلى تاريخ", "نهاية الفترة", "إلى", "couv temp fin", "last date",
    ]),
    (Column::Issued, &["published date", "date published", "publication date", "issued", "date issued", "release date", "date created", "created", "creation date", "date de publication", "date de création", "fecha de publicación", "fecha de creación", "تاريخ النشر", "تاريخ الإنشاء", "تاريخ الإصدار", "date released", "date pub", "date publ"]),
    (Column::Modified, &[
        "last update", "last updated", "date last modified", "last modified", "last modified date", "date of last update", "last update date", "modified", "date modified", "updated", "update date", "date updated", "most recent update",
        "dernière mise à jour", "date de mise à jour", "date de dernière mise à jour", "date de la dernière mise à jour", "mis à jour", "última actualización", "última modificación", "fecha de última modificación", "dernière modification", "date de dernière modification", "آخر تعديل", "تاريخ آخر تعديل", "fecha de actualización", "fecha de última actualización", "fecha de la última actualización", "actualizado",
        "آخر تحديث", "تاريخ آخر تحديث", "تاريخ التحديث", "اخر تحديث للبيانات", "date maj",
    ]),
    (Column::Frequency, &[
        "update frequency", "frequency of update", "frequency of updates", "frequency", "update interval", "update cycle", "updating frequency", "data update frequency", "accrual periodicity", "periodicity", "how often updated",
        "fréquence", "fréquence de mise à jour", "périodicité", "rythme de mise à jour", "frecuencia", "frecuencia de actualización", "periodicidad", "دورية التحديث", "وتيرة التحديث", "معدل التحديث", "تكرار التحديث", "الدورية", "freq maj",
    ]),
    (Column::Format, &["format", "file format", "data format", "formats", "file type", "file types", "format de fichier", "format des données", "formato", "formato de archivo", "formato de los datos", "الصيغة", "صيغة الملف", "صيغة البيانات", "التنسيق"]),
    (Column::Size, &["file size", "size", "size bytes", "taille", "taille du fichier", "tamaño", "tamaño del archivo", "حجم الملف", "الحجم"]),
    (Column::Link, &[
        "dataset url", "data url", "download url", "download link", "url", "link", "links", "data link", "link to data", "link to dataset", "web link", "hyperlink", "access url", "data location",
        "lien", "lien de téléchargement", "lien vers les données", "adresse url", "enlace", "enlace de descarga", "enlace a los datos", "vínculo", "الرابط", "رابط", "رابط التحميل", "رابط البيانات", "رابط مجموعة البيانات",
    ]),
    (Column::LandingPage, &["landing page", "web page", "webpage", "website", "home page", "information page", "documentation link", "page web", "site web", "page d'accueil", "página web", "sitio web", "página de información", "الموقع الإلكتروني", "صفحة الويب", "صفحة المعلومات"]),
    (Column::Licence, &["licence", "license", "license title", "licence title", "data licence", "data license", "terms of use", "conditions of use", "usage rights", "licence d'utilisation", "conditions d'utilisation", "droits d'utilisation", "licencia", "términos de uso", "condiciones de uso", "derechos de uso", "الترخيص", "الرخصة", "رخصة", "شروط الاستخدام", "حقوق الاستخدام"]),
    (Column::Sensitivity, &[
        "sensitivity", "data sensitivity", "sensitivity level", "level of sensitivity", "sensitivity classification", "sensitive", "is sensitive", "sensitive data", "contains sensitive data", "protection level", "données sensibles", "contient des données sensibles", "datos sensibles", "contiene datos sensibles", "بيانات حساسة", "sensible", "es sensible", "est sensible", "حساس", "حساسة", "هل هي حساسة", "sensibilité", "niveau de sensibilité", "sensibilité des données", "sensibilidad", "nivel de sensibilidad", "sensibilidad de los datos", "sensibilidade", "nível de sensibilidade", "dados sensíveis", "чутливість", "рівень чутливості", "чувствительность", "уровень чувствительности",
        "الحساسية", "درجة الحساسية", "مستوى الحساسية", "حساسية البيانات",
    ]),
    (Column::Sharing, &[
        "sharing level", "sharing", "sharing status", "data sharing", "data sharing level", "sharing category", "can be shared with", "shareable", "shareability", "tlp", "traffic light protocol", "tlp label", "tlp level", "tlp colour", "tlp color", "tlp code", "tlp marking", "code tlp", "niveau tlp", "couleur tlp", "marquage tlp", "étiquette tlp", "nivel tlp", "color tlp", "código tlp", "etiqueta tlp", "marcado tlp", "مستوى tlp", "لون tlp", "traffic light", "dissemination", "dissemination level", "access level", "accessibility", "public access level",
        "niveau de partage", "partage", "partage des données", "niveau de partage des données", "partageable", "diffusion", "niveau de diffusion", "niveau d'accès", "nivel de intercambio", "compartición", "nivel de compartición", "nivel de uso compartido", "uso compartido", "compartición de datos", "compartir", "nivel de difusión", "difusión", "se puede compartir", "nivel de acceso", "partilha", "nível de partilha", "partilha de dados", "compartilhamento", "nível de compartilhamento", "рівень доступу", "рівень поширення", "уровень доступа",
        "مستوى المشاركة", "المشاركة", "إمكانية المشاركة", "مستوى النشر", "مستوى الوصول",
    ]),
    (Column::IsPublic, &["public", "is public", "publicly available", "open data", "is open", "published", "publique", "publié", "publiée", "données ouvertes", "público", "publicado", "publicada", "منشور", "datos abiertos", "es público", "عام", "متاح للعموم", "بيانات مفتوحة"]),
    (Column::IsConfidential, &[
        "is confidential", "confidential", "private", "is private", "internal", "is internal", "internal only", "internal use only", "confidential data", "is restricted", "restricted", "restricted data", "contains personal data", "personal data", "pii", "contains pii", "includes pii", "contains personally identifiable information", "personally identifiable information", "contains personal information", "personal information",
        "confidentiel", "données confidentielles", "privé", "privée", "interne", "usage interne", "restreint", "données personnelles", "contient des données personnelles",
        "confidencial", "datos confidenciales", "privado", "privada", "interno", "interna", "uso interno", "restringido", "datos personales", "contiene datos personales", "سري", "مقيد", "بيانات سرية", "خاص", "داخلي", "بيانات شخصية",
    ]),
    (Column::CanBeShared, &[
        "can be shared", "may be shared", "can be published", "may be published", "can be released", "publish", "publishable", "to be published", "releasable", "shared", "share", "sharing allowed", "sharing permitted", "sharing authorised", "sharing authorized", "consent", "consent to share", "consent for sharing", "consent given", "consent obtained",
        "peut être partagé", "peut être publié", "partage autorisé", "partage possible", "diffusion autorisée", "consentement", "consentement au partage", "consentement obtenu", "publiable", "à publier", "puede compartirse", "puede publicarse", "se permite compartir", "difusión autorizada", "consentimiento", "consentimiento para compartir", "consentimiento otorgado", "publicable", "publicar",
        "يمكن مشاركته", "يمكن مشاركتها", "يمكن نشره", "قابل للنشر", "قابل للمشاركة", "قابلية المشاركة", "مسموح بالمشاركة", "الموافقة", "الموافقة على المشاركة",
    ]),
    (Column::AccessMethod, &[
        "access method", "method of access", "access", "how to access", "how to obtain", "access conditions", "terms of access", "access procedure", "mode d'accès", "accès", "modalités d'accès", "conditions d'accès", "método de acceso", "acceso", "modo de acceso", "condiciones de acceso", "cómo acceder",
        "طريقة الوصول", "الوصول", "كيفية الوصول", "كيفية الحصول", "شروط الوصول",
    ]),
    (Column::Availability, &[
        "availability", "availability of data", "availability of the data", "available", "is available", "disponibilité", "disponibilité des données", "disponible",
        "disponibilidad", "disponibilidad de los datos", "الإتاحة", "إتاحة البيانات", "التوفر", "توفر البيانات", "مدى التوفر", "nível de acesso", "condições de acesso",
    ]),
    (Column::Embargo, &[
        "embargo", "embargo until", "embargo end", "embargo end date", "end of embargo", "embargo date", "embargo period", "embargoed", "embargoed until", "under embargo", "embargo jusqu'au", "sous embargo",
        "fin d'embargo", "fin de l'embargo", "date de fin d'embargo", "embargo hasta", "bajo embargo", "fin del embargo", "fecha de fin de embargo", "الحظر", "حظر النشر", "محظور حتى", "فترة الحظر", "تاريخ انتهاء الحظر",
    ]),
    (Column::Classification, &[
        "classification", "data classification", "classification level", "confidentiality", "confidentiality level", "security classification", "protective marking", "security marking", "information classification", "dataset classification", "dataset classification name", "marking",
        "classification des données", "niveau de classification", "confidentialité", "niveau de confidentialité", "confidentialité des données", "clasificación", "clasificación de los datos", "nivel de clasificación", "confidencialidad", "nivel de confidencialidad", "confidencialidad de los datos",
        "التصنيف", "تصنيف البيانات", "درجة التصنيف", "السرية", "درجة السرية", "مستوى السرية", "تصنيف أمني", "classificação", "classificação da informação", "confidencialidade", "nível de confidencialidade", "гриф", "гриф обмеження", "гриф секретности",
    ]),
    (Column::Listing, &[
        "listing", "visibility", "metadata visibility", "record visibility", "can be listed", "may be listed", "show in catalogue", "catalogue visibility", "visibility level", "level of visibility", "niveau de visibilité", "nivel de visibilidad", "مستوى الظهور", "مستوى الإدراج", "درجة الظهور", "visible", "visible external", "visibilité", "visibilité de la fiche", "affichage", "inscription au catalogue", "visibilidad", "visibilidad del registro", "mostrar en el catálogo",
        "الإدراج", "الظهور", "إظهار السجل", "الظهور في الفهرس", "ظهور السجل",
    ]),
    (Column::ListingTitle, &["listing title", "public title", "stub title", "title for listing", "title for public listing", "public listing title", "titre pour la liste publique", "título para la lista pública", "العنوان في القائمة العامة", "عنوان الإدراج", "titre public", "titre à afficher", "título público", "título para mostrar", "العنوان العام", "العنوان المعلن"]),
    (Column::Audience, &[
        "audience", "shared with", "sharing audience", "target audience", "intended audience", "audiences", "public visé", "público destinatario", "público objetivo", "público al que se dirige", "الجمهور المستهدف", "authorised users", "authorized users", "recipients", "authorised recipients", "who may access", "who can access", "restricted to", "limited to", "access limited to", "access restricted to", "public cible", "destinataires", "partagé avec", "réservé à", "limité à", "accès réservé à", "utilisateurs autorisés", "audiencia", "destinatarios", "compartido con", "reservado a", "limitado a", "restringido a", "usuarios autorizados",
        "الجمهور", "المستفيدون المصرح لهم", "يشارك مع", "الجهات المصرح لها", "المستخدمون المصرح لهم",
    ]),
    (Column::Reasons, &[
        "reason for restriction", "restriction reason", "reason for non release", "reason", "reasons", "justification", "classification reason", "dataset classification reason", "why restricted",
        "motif de restriction", "raison de la restriction", "raison", "motif", "motivo de la restricción", "motivo de restricción", "motivo", "razón", "سبب التقييد", "سبب الحجب", "السبب", "أسباب التقييد",
    ]),
    (Column::Restrictions, &[
        "access restrictions", "sharing restrictions", "restrictions", "restriction", "restrictions on access", "restrictions on sharing", "access rights", "rights of access",
        "restrictions d'accès", "restrictions de partage", "restrictions de diffusion", "droits d'accès", "restricciones", "restricción", "restricciones de acceso", "restricciones de uso compartido", "derechos de acceso",
        "القيود", "قيود الوصول", "قيود المشاركة", "حقوق الوصول", "restrição de acesso", "restrições de acesso", "restrições", "direitos de acesso",
    ]),
    (Column::LegalBasis, &["legal basis", "lawful basis", "legal ground", "base légale", "base juridique", "fondement juridique", "base legal", "base jurídica", "fundamento jurídico", "الأساس القانوني", "السند القانوني"]),
    (Column::Jurisdiction, &["jurisdiction", "jurisdictions", "applicable law", "juridiction", "juridictions", "droit applicable", "jurisdicción", "jurisdicciones", "ley aplicable", "الولاية القضائية", "الاختصاص القضائي", "القانون المطبق"]),
    (Column::Transfer, &["transfer", "transfer limits", "data transfer", "cross border transfer", "data residency", "transfert", "transfert de données", "limites de transfert", "transferencia", "transferencia de datos", "límites de transferencia", "نقل البيانات", "قيود النقل"]),
    (Column::ReviewBy, &["review date", "review by", "next review", "date of review", "terms review date", "date de révision", "date de revue", "prochaine révision", "réviser avant", "fecha de revisión", "próxima revisión", "revisar antes de", "تاريخ المراجعة", "المراجعة القادمة", "موعد المراجعة"]),
    (Column::ImpactSummary, &[
        "impact summary", "impact", "harm", "risk of harm", "risks", "risk", "potential harm", "impact assessment",
        "risque", "risques", "préjudice", "impact potentiel", "riesgo", "riesgos", "daño posible", "impacto", "المخاطر", "الضرر المحتمل", "الأثر",
    ]),
    (Column::AffectedGroups, &[
        "groups at risk", "who could be harmed", "harmed groups", "people at risk", "groupes exposés", "groupes à risque", "personnes exposées",
        "grupos en riesgo", "personas en riesgo", "grupos afectados", "الفئات المعرضة للخطر", "المجموعات المتأثرة",
    ]),
    (Column::Mitigations, &[
        "mitigations", "mitigation", "mitigation measures", "safeguards", "mesures d'atténuation", "atténuation", "medidas de mitigación", "mitigación",
        "تدابير التخفيف", "التخفيف",
    ]),
    (Column::Cost, &[
        "cost", "cost model", "cost of use", "cost of access", "price", "pricing",
        "coût", "coût d'utilisation", "modèle de coût", "tarif", "prix", "costo", "coste", "costo de uso", "modelo de costo", "precio",
        "التكلفة", "تكلفة الاستخدام", "الكلفة", "السعر",
    ]),
    (Column::Successor, &[
        "successor", "successor organisation", "successor organization", "successor steward", "who takes over", "handed over to",
        "successeur", "organisation successeur", "organisme successeur", "reprise par", "sucesor", "organización sucesora", "quién asume", "sucesora",
        "الجهة الخلف", "المنظمة الخلف", "الخلف", "الجهة التي تتولى بعدها",
    ]),
    (Column::KeptUntil, &[
        "kept until", "keep until", "retained until", "retention until", "retention end", "retention end date", "retention date", "delete after", "deletion date", "disposal date",
        "conservé jusqu'au", "conservées jusqu'au", "conserver jusqu'au", "fin de conservation", "date de fin de conservation", "date de suppression",
        "conservado hasta", "conservados hasta", "conservar hasta", "fin de conservación", "fecha de eliminación",
        "يحفظ حتى", "تحفظ حتى", "محفوظ حتى", "تاريخ انتهاء الحفظ", "تاريخ الحذف",
    ]),
    (Column::SocialLicence, &["social licence", "social license", "community consent", "licence sociale", "acceptabilité sociale", "consentement communautaire", "licencia social", "consentimiento comunitario", "القبول المجتمعي", "الرخصة الاجتماعية", "موافقة المجتمع"]),
    (Column::Partners, &["partners", "partner", "data partners", "partenaires", "partenaire", "socios", "socio", "aliados", "الشركاء", "الشريك"]),
];

/// Words that stand before or after what a column is called and say nothing more (`DATASETCATEGORYNAME`).
const PREFIXES: [&str; 5] = ["dataset", "data", "record", "resource", "metadata"];
const SUFFIXES: [&str; 8] = ["name", "text", "value", "label", "yn", "yesno", "ouinon", "sino"];

/// Digits of the number of a question or of a note.
const MOST_DIGITS: usize = 2;

/// What a header means, and how sure that is: 0 is surest.
pub(super) fn column_of(header: &str) -> Option<(Column, usize)> {
    if let Some(found) = look_up(&key_of(header)) {
        return Some(found);
    }
    // "Country (ISO3)": what stands in brackets explains the header, or lists what its cells may hold.
    let outside = outside_brackets(header);
    let whole = look_up(&key_of(outside)).filter(|_| outside.len() < header.len());
    // "Titre / Title", "Title: what is it called?"
    let parts = outside.split(['/', '|', '\n', ':', '–', '—']).filter(|part| part.len() < header.len());
    let meanings: Vec<(Column, usize)> = parts.filter_map(|part| look_up(&key_of(part))).collect();
    // Of several meanings that which closes.
    let found =
        whole.or_else(|| meanings.iter().find(|(column, _)| column.is_of_terms()).or(meanings.first()).copied());
    // "title_fr"; it gives way to a header that is known as it is written.
    let in_language = || {
        let (column, rank) = look_up(&key_of(split_language(header)?.0))?;
        matches!(column, Column::Title | Column::Description).then_some((column, rank + BEHIND_ALL))
    };
    found.or_else(in_language)
}

/// Whether a header, or what of it stands before brackets, is the name of a column.
pub(super) fn is_name(header: &str) -> bool {
    look_up(&key_of(outside_brackets(header))).is_some()
}

/// What of a header stands before its brackets.
pub(super) fn outside_brackets(header: &str) -> &str {
    header.split(['(', '[']).next().unwrap_or_default().trim_end()
}

/// More than any column has names.
const BEHIND_ALL: usize = 1_000;

/// A header without case, accents, blanks and punctuation.
pub(super) fn key_of(header: &str) -> String {
    fold(header).replace(' ', "")
}

fn look_up(key: &str) -> Option<(Column, usize)> {
    let names = names();
    if let Some(found) = names.get(key) {
        return Some(*found);
    }
    let shortened = PREFIXES.iter().find_map(|prefix| key.strip_prefix(prefix)).unwrap_or(key);
    let bare = SUFFIXES.iter().find_map(|suffix| shortened.strip_suffix(suffix)).unwrap_or(shortened);
    let found = [shortened, bare].iter().find_map(|key| names.get(*key)).copied();
    found.filter(|(column, _)| *column != Column::Title).or_else(|| {
        // "5. Sensitivity", "Sharing level¹": the number of a question or of a note.
        let unnumbered = key.trim_matches(char::is_numeric);
        let is_short = key.chars().count() <= unnumbered.chars().count() + MOST_DIGITS;
        names.get(unnumbered).copied().filter(|(column, _)| is_short && column.is_of_terms())
    })
}

fn names() -> &'static HashMap<String, (Column, usize)> {
    static KEYS: OnceLock<HashMap<String, (Column, usize)>> = OnceLock::new();
    KEYS.get_or_init(|| {
        let mut keys = HashMap::new();
        for (column, names) in NAMES {
            for (rank, name) in names.iter().enumerate() {
                keys.entry(key_of(name)).or_insert((*column, rank));
            }
        }
        keys
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_found_however_it_is_spelled() {
        for header in [
            "DATASETNAME",
            "DATASET_NAME",
            "dataset_title",
            "datasetName",
            "Title*",
            " Titre ",
            "Nom du jeu de données",
            "NOMBRE DEL CONJUNTO DE DATOS",
            "اسم مجموعة البيانات",
            "Titre / Title",
            "Title (required)",
            "name",
        ] {
            assert_eq!(column_of(header).map(|(column, _)| column), Some(Column::Title), "{header}");
        }
    }

    #[test]
    fn headers_of_real_inventories_are_understood() {
        for (header, column) in [
            ("AGENCYNAME", Column::Organisation),
            ("DATAOWNER", Column::Owner),
            ("DATASETCATEGORYNAME", Column::Topic),
            ("DATASETCLASSIFICATIONREASON", Column::Reasons),
            ("DATASETCLASSIFICATIONNAME", Column::Classification),
            ("DATASETTYPENAME", Column::Kind),
            ("EARLIESTDATEOFRECORDS", Column::CoverageStart),
            ("UPDATEINTERVALNAME", Column::Frequency),
            ("DATE_LAST_MODIFIED", Column::Modified),
            ("dataset_landingPage", Column::LandingPage),
            ("dataset_accrualPeriodicity", Column::Frequency),
            ("Niveau de sensibilité", Column::Sensitivity),
            ("Última actualización", Column::Modified),
            ("دورية التحديث", Column::Frequency),
            ("البلد", Column::Country),
            ("Niveau TLP", Column::Sharing),
            ("¿Sensible?", Column::Sensitivity),
            ("حساس", Column::Sensitivity),
            ("Privé", Column::IsConfidential),
            ("Publicado", Column::IsPublic),
            ("Partage autorisé", Column::CanBeShared),
            ("قابلية المشاركة", Column::CanBeShared),
            ("Público objetivo", Column::Audience),
            ("Última modificación", Column::Modified),
        ] {
            assert_eq!(column_of(header).map(|(column, _)| column), Some(column), "{header}");
        }
    }

    #[test]
    fn what_is_no_column_of_an_inventory_is_left_alone() {
        for header in ["a", "temperature", "zip", "Sub Region", "Operation", "DataGrid", "Current Tag", "#", ""] {
            assert_eq!(column_of(header), None, "{header}");
        }
    }

    #[test]
    fn no_name_stands_for_two_columns() {
        let mut seen: HashMap<String, Column> = HashMap::new();
        for (column, names) in NAMES {
            for name in *names {
                let before = seen.insert(key_of(name), *column);
                assert!(before.is_none_or(|before| before == *column), "{name} is {before:?} and {column:?}");
            }
        }
    }
}
