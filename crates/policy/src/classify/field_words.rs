//! The words by which fields are recognised, in English, French, Spanish and Arabic, and the tags of HXL.
//!
//! A row is a list of phrases with `|` between them. A phrase counts where all its words stand next to each other in the name
//! of a field, and none of the words beside which it means something else.

use super::FieldClass::{
    self, Attachment, Audience, Casualties, Community, Condition, Consent, Contact, Coordinates, Demographic,
    Descriptive, Device, FinePlace, FreeText, Identity, Quality, Reporter,
};

/// Classes, words beside which their phrases mean something else, and the phrases.
pub(super) const PHRASES: &[(FieldClass, &[&str], &[&str])] = &[
    (
        Identity,
        &[],
        &[
            "first name|firstname|last name|lastname|full name|fullname|family name|given name|given names|surname|middle name",
            "maiden name|nickname|patronymic|person name|patient name|victim name|beneficiary name|beneficiary names",
            "recipient name|respondent name|interviewee name|informant name|survivor name|child name|mother name|father name",
            "mother s name|father s name|spouse name|husband name|wife name|caregiver name|guardian name|household head name",
            "name of head|name of beneficiary|name of respondent|name of child|name of victim|name of patient|name of survivor",
            "name of mother|name of father|name of person|hoh name|vi name",
            "date of birth|birth date|birthdate|birthday|dob|place of birth|passport|national id|national id number",
            "identity card|identity number|id card|id card number|ssn|social security number|iban|bank account|bank account number",
            "account number|credit card|fingerprint|fingerprints|biometric|biometrics|iris scan|signature|home address|ip address",
            "street address|beneficiary phone|beneficiary address|beneficiary id|patient id|victim id|case id|case number",
            "household id|progres id|progres number",
            "prenom|prenoms|nom et prenom|nom complet|nom de famille|nom du beneficiaire|nom de la beneficiaire",
            "nom du repondant|nom du chef|nom de la victime|nom du patient|nom de l enfant|nom de la mere|nom du pere|surnom",
            "date de naissance|lieu de naissance|passeport|carte d identite|numero d identite|numero de compte|empreinte digitale",
            "empreintes digitales|donnees biometriques|adresse du beneficiaire|numero de dossier|numero d enregistrement",
            "nombre completo|nombres y apellidos|primer nombre|segundo nombre|apellido|apellidos|nombre del beneficiario",
            "nombre de la beneficiaria|nombre del encuestado|nombre de la victima|nombre del paciente|nombre del nino|nombre del jefe",
            "nombre de la madre|nombre del padre|fecha de nacimiento|fecha nacimiento|lugar de nacimiento|pasaporte|cedula|dni|curp",
            "documento de identidad|numero de identificacion|numero de documento|cuenta bancaria|huella dactilar|huellas",
            "domicilio|numero de caso",
            "اسم المستفيد|اسم المستفيدة|أسماء المستفيدين|الاسم الكامل|الاسم الأول|الاسم الثلاثي|الاسم الرباعي|اسم العائلة|الكنية",
            "اسم الأب|اسم الأم|اسم الضحية|اسم المريض|اسم الطفل|اسم رب الأسرة|اسم المجيب|اسم الشخص|اسم الناجية|تاريخ الميلاد",
            "تاريخ الولادة|مكان الولادة|رقم الهوية|بطاقة الهوية|الرقم الوطني|جواز السفر|رقم جواز السفر|بصمة|البصمات|الحساب البنكي",
            "عنوان السكن|رقم الحالة|رقم الملف",
        ],
    ),
    (
        Condition,
        &[
            "center",
            "centre",
            "facility",
            "centro",
            "مركز",
            "number",
            "count",
            "total",
            "percent",
            "percentage",
            "numero",
            "عدد",
        ],
        &[
            "disability|disabilities|disabled|diagnosis|medical history|medical condition|illness|injury|wound|wounds|hiv|hiv status",
            "pregnant|pregnancy|mental health|marital|marital status|household income|monthly income|level of income",
            "sexual orientation|gender identity|sexuality|vulnerability criteria|protection concern|gbv incident|legal status",
            "displacement status|refugee status|detention status|criminal record|political opinion|political affiliation",
            "handicap|diagnostic|maladie|antecedents medicaux|blessure|grossesse|enceinte|vih|statut serologique|etat civil",
            "situation matrimoniale|statut matrimonial|revenu du menage|orientation sexuelle|besoin de protection|opinion politique",
            "discapacidad|diagnostico|enfermedad|historia clinica|lesion|herida|embarazo|embarazada|estado civil",
            "ingresos del hogar|orientacion sexual|opinion politica|situacion migratoria",
            "الإعاقة|تشخيص|المرض|الحالة الصحية|الحالة الطبية|إصابة|حامل|الحمل|الحالة الاجتماعية|الحالة الزوجية|الدخل|التوجه الجنسي",
            "الوضع القانوني",
        ],
    ),
    (
        Attachment,
        &["count", "number"],
        &[
            "photo|photos|photograph|picture|selfie|scan|sketch|sketch map|attachment|attachments|audio recording|voice recording",
            "photographie|piece jointe|pieces jointes|croquis|enregistrement audio|fotografia|foto|fotos|adjunto|adjuntos|grabacion",
            "صورة|صور|مرفق|مرفقات|تسجيل صوتي",
        ],
    ),
    (
        FreeText,
        &[],
        &[
            "comment|comments|remark|remarks|narrative|free text|open text|incident description|testimony|case notes|complaint text",
            "feedback text|verbatim|commentaire|commentaires|remarque|remarques|recit|temoignage|texte libre",
            "comentario|comentarios|observacion|observaciones|relato|testimonio|texto libre",
            "ملاحظات|تعليق|تعليقات|شهادة|نص حر|وصف الحادث",
        ],
    ),
    (
        Casualties,
        &[],
        &[
            "killed|injured|wounded|casualties|fatalities|deaths|number of victims|tues|blesses|deces|nombre de victimes",
            "muertos|heridos|fallecidos|numero de victimas|قتلى|جرحى|وفيات|عدد الضحايا",
        ],
    ),
    (
        Contact,
        &[],
        &[
            "phone|phone number|phonenumber|telephone|mobile|mobile number|cell phone|whatsapp|email|e mail|email address|mail address",
            "contact name|contact person|focal point|focal point name|contact details|staff name|enumerator contact|skype",
            "telephone portable|numero de telephone|courriel|adresse electronique|personne de contact|nom du contact|point focal",
            "telefono|numero de telefono|celular|movil|correo|correo electronico|persona de contacto|nombre del contacto|punto focal",
            "هاتف|رقم الهاتف|جوال|رقم الجوال|الموبايل|البريد الإلكتروني|جهة الاتصال|اسم جهة الاتصال|نقطة الاتصال",
        ],
    ),
    (
        Coordinates,
        &[],
        &[
            "lat|latitude|lon|lng|longitude|gps|gps coordinates|gps point|coordinates|coordinate|coords|geopoint|geo point|geolocation",
            "mgrs|utm|easting|northing|wkt|geom|geometry|x coord|y coord|x coordinate|y coordinate|what3words",
            "coordonnees|coordonnees gps|coordenadas|coordenadas gps|latitud|longitud|geolocalisation|geolocalizacion",
            "خط العرض|خط الطول|إحداثيات|إحداثية|الموقع الجغرافي",
        ],
    ),
    (
        Device,
        &[],
        &[
            "mine model|mine type|device model|device depth|ordnance model|ordnance type|munition type|fuze type|uxo type|ied type",
            "modele de mine|type de mine|type de munition|modelo de mina|tipo de mina|tipo de municion|نوع اللغم|نوع الذخيرة",
        ],
    ),
    (
        FinePlace,
        &[],
        &[
            "village|village name|settlement|settlement name|neighbourhood|neighborhood|hamlet|camp name|site name|street|shelter name",
            "school name|health facility name|facility name|collective centre name|safe house",
            "nom du village|nom du camp|nom du site|quartier|localite|hameau|nom de l ecole",
            "aldea|vereda|barrio|caserio|nombre del sitio|nombre del campamento|nombre de la escuela",
            "قرية|اسم القرية|حي|اسم الحي|مخيم|اسم المخيم|اسم الموقع|اسم المدرسة",
        ],
    ),
    (
        Reporter,
        &[],
        &[
            "reported by|reporter|reporter name|enumerator|enumerator name|enumerator id|interviewer|interviewer name|surveyor name",
            "entered by|verified by|approved by|submitted by|collected by|data collector|username|team leader|device id|imei",
            "enqueteur|nom de l enqueteur|rapporteur|saisi par|valide par|encuestador|nombre del encuestador|reportado por",
            "validado por|ingresado por|اسم الباحث|اسم جامع البيانات|أدخل بواسطة|تم التحقق بواسطة",
        ],
    ),
    (
        Community,
        &[],
        &[
            "ethnic|ethnicity|ethnic group|tribe|tribal|clan|caste|religion|religious|religious group|sect|confession|race|minority",
            "minority group|indigenous|indigenous group|mother tongue|spoken language|community group|host community group",
            "ethnie|ethnique|groupe ethnique|tribu|caste|religieux|confession|minorite|peuple autochtone|langue maternelle",
            "etnia|etnico|grupo etnico|tribu|religioso|minoria|pueblo indigena|indigena|lengua materna",
            "العرق|الإثنية|المجموعة العرقية|القبيلة|العشيرة|الدين|الطائفة|المذهب|أقلية|اللغة الأم",
        ],
    ),
    (
        Demographic,
        &["group", "groups", "groupe", "grupo", "فئة"],
        &[
            "sex|gender|age|age years|education level|occupation|nationality|sexe|genre|niveau d education|profession|nationalite",
            "sexo|genero|edad|nivel educativo|ocupacion|nacionalidad|الجنس|النوع الاجتماعي|العمر|المستوى التعليمي|المهنة|الجنسية",
        ],
    ),
    (
        Consent,
        &[],
        &[
            "consent|consent given|informed consent|permission to share|agrees to share|consentement|consentement eclaire",
            "consentimiento|consentimiento informado|موافقة|الموافقة المستنيرة",
        ],
    ),
    (
        Quality,
        &[],
        &[
            "nonconformity|non conformity|nonconformities|qa result|qc result|non conformite|no conformidad|عدم المطابقة",
        ],
    ),
    (
        Audience,
        &[],
        &[
            "men|women|boys|girls|male|female|males|females|beneficiaries|people reached|people in need|people targeted|participants",
            "hommes|femmes|garcons|filles|beneficiaires|personnes atteintes|personnes dans le besoin",
            "hombres|mujeres|ninos|ninas|beneficiarios|personas alcanzadas|personas con necesidad",
            "رجال|نساء|أولاد|فتيات|ذكور|إناث|مستفيدين|عدد المستفيدين",
        ],
    ),
    (
        Descriptive,
        &[],
        &[
            "organisation|organization|organisation name|organization name|org name|agency|partner|donor|implementing partner|cluster",
            "sector|activity|indicator|status|country|country name|admin 0|admin 1|admin 2|adm 1|adm 2|adm1|adm2|admin1|admin2|province",
            "region|district|governorate|state name|county|pcode|year|month|start date|end date|reporting period",
            "nom de l organisation|partenaire|bailleur|secteur|activite|indicateur|statut|pays|departement|annee|mois",
            "organizacion|nombre de la organizacion|socio|donante|actividad|indicador|estado|pais|provincia|departamento|municipio",
            "distrito|ano|mes|المنظمة|اسم المنظمة|الشريك|المانح|القطاع|النشاط|المؤشر|الحالة|البلد|المحافظة|المديرية|السنة|الشهر",
        ],
    ),
];

/// Tags of HXL 1.1, and a few that are in use beside it.
pub(super) const HXL_TAGS: &[(&str, FieldClass)] = &[
    ("person", Identity),
    ("individual", Identity),
    ("respondee", Identity),
    ("contact", Contact),
    ("geo", Coordinates),
    ("loc", FinePlace),
    ("adm4", FinePlace),
    ("adm5", FinePlace),
    ("affected", Audience),
    ("beneficiary", Audience),
    ("inneed", Audience),
    ("targeted", Audience),
    ("reached", Audience),
    ("population", Audience),
    ("adm1", Descriptive),
    ("adm2", Descriptive),
    ("country", Descriptive),
    ("region", Descriptive),
    ("org", Descriptive),
    ("sector", Descriptive),
    ("subsector", Descriptive),
    ("activity", Descriptive),
    ("indicator", Descriptive),
    ("date", Descriptive),
    ("event", Descriptive),
    ("crisis", Descriptive),
    ("cause", Descriptive),
    ("status", Descriptive),
    ("item", Descriptive),
    ("currency", Descriptive),
    ("value", Descriptive),
];

/// Attributes of HXL that tell more than their tag.
pub(super) const HXL_ATTRIBUTES: &[(&str, FieldClass)] = &[
    ("birth", Identity),
    ("killed", Casualties),
    ("injured", Casualties),
    ("email", Contact),
    ("phone", Contact),
    ("lat", Coordinates),
    ("lon", Coordinates),
    ("coord", Coordinates),
    ("ethnicity", Community),
    ("religion", Community),
];
