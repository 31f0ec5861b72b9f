"""The organisations and people of the demo. All of them are invented."""

from dataclasses import dataclass, field

from accounts.enums import OrganisationKind, Role

DOMAIN = "demo.example.jp"


@dataclass(frozen=True, slots=True)
class Person:
    """A demo person; `key` is the first part of the address."""

    key: str
    name: str
    roles: tuple[Role, ...]

    @property
    def email(self) -> str:
        """The address that marks a demo person."""
        return f"{self.key}@{DOMAIN}"


@dataclass(frozen=True, slots=True)
class Party:
    """A demo organisation with its people."""

    key: str
    kind: OrganisationKind
    fields: dict[str, str]
    people: tuple[Person, ...] = field(default_factory=tuple)


COMMITTEE = Party(
    "committee",
    OrganisationKind.COMMITTEE,
    {"name": "見本クラウド登録運営委員会"},
    (
        Person("kanri", "堤 悠真", (Role.SYSTEM_ADMIN,)),
        Person("jimukyoku", "藤代 かおり", (Role.SECRETARIAT,)),
        Person("shinsa", "小暮 直樹", (Role.SECRETARIAT,)),
        Person("iin1", "榊原 理恵", (Role.COMMITTEE_MEMBER,)),
        Person("iin2", "都築 宏", (Role.COMMITTEE_MEMBER,)),
        Person("iin3", "鷲見 晴香", (Role.COMMITTEE_MEMBER,)),
    ),
)

CSPS = (
    Party(
        "minato",
        OrganisationKind.CSP,
        {
            "name": "株式会社みなと雲技術",
            "name_kana": "カブシキガイシャミナトクモギジュツ",
            "corporate_number": "8999900000001",
            "postal_code": "000-0001",
            "address": "見本県みなと市青葉町一丁目2番3号 みなと第二ビル",
            "representative_title": "代表取締役社長",
            "representative_name": "浜野 すみれ",
            "phone": "03-0000-0001",
            "profile": "官公庁と企業の文書業務を支えるクラウドサービスの開発と運用を行っています。"
            "従業員は約180名で、開発と運用の拠点を国内の2か所に置いています。",
        },
        (
            Person("minato-tantou", "佐伯 美咲", (Role.CSP_EDITOR,)),
            Person("minato-unyou", "三輪 拓海", (Role.CSP_EDITOR,)),
            Person("minato-shounin", "北条 いづみ", (Role.CSP_APPROVER,)),
        ),
    ),
    Party(
        "aoba",
        OrganisationKind.CSP,
        {
            "name": "あおば業務クラウド株式会社",
            "name_kana": "アオバギョウムクラウドカブシキガイシャ",
            "corporate_number": "7999900000002",
            "postal_code": "000-0012",
            "address": "見本県架空市中央三丁目4番5号",
            "representative_title": "代表取締役",
            "representative_name": "大庭 慎一",
            "phone": "06-0000-0002",
            "profile": "経費精算と旅費管理のSaaSを、自治体と企業に提供しています。"
            "開発、運用、利用者支援の三部門で約90名が働いています。",
        },
        (
            Person("aoba-tantou", "古川 千尋", (Role.CSP_EDITOR,)),
            Person("aoba-shounin", "大庭 慎一", (Role.CSP_APPROVER,)),
        ),
    ),
    Party(
        "shirakaba",
        OrganisationKind.CSP,
        {
            "name": "しらかば記録サービス株式会社",
            "name_kana": "シラカバキロクサービスカブシキガイシャ",
            "corporate_number": "6999900000003",
            "postal_code": "000-0123",
            "address": "見本県高原市白樺台7番地",
            "representative_title": "代表取締役社長",
            "representative_name": "峰岸 京子",
            "phone": "011-000-0003",
            "profile": "会議の記録と議事録作成を支援するクラウドサービスを提供しています。"
            "音声認識の技術を自社で開発し、約60名で運営しています。",
        },
        (
            Person("shirakaba-tantou", "片桐 蓮", (Role.CSP_EDITOR,)),
            Person("shirakaba-shounin", "峰岸 京子", (Role.CSP_APPROVER,)),
        ),
    ),
)

HINATA = Party(
    "hinata",
    OrganisationKind.CSP,
    {
        "name": "ひなた契約システム株式会社",
        "name_kana": "ヒナタケイヤクシステムカブシキガイシャ",
        "corporate_number": "3999900000006",
        "postal_code": "000-0231",
        "address": "見本県日向市南町二丁目8番1号",
        "representative_title": "代表取締役社長",
        "representative_name": "日野 あかり",
        "phone": "092-000-0006",
        "profile": "契約書の作成と締結を電子化するクラウドサービスを提供しています。"
        "内部監査室を含めて約70名で運営しています。",
    },
    (
        Person("hinata-tantou", "榎本 大地", (Role.CSP_EDITOR,)),
        Person("hinata-kansa", "水谷 詩織", (Role.CSP_EDITOR,)),
        Person("hinata-shounin", "日野 あかり", (Role.CSP_APPROVER,)),
    ),
)

TSUBAKI = Party(
    "tsubaki",
    OrganisationKind.CSP,
    {
        "name": "つばき受付サービス株式会社",
        "name_kana": "ツバキウケツケサービスカブシキガイシャ",
        "corporate_number": "2999900000007",
        "postal_code": "000-0345",
        "address": "見本県つばき市港町五丁目6番1号",
        "representative_title": "代表取締役",
        "representative_name": "安西 直人",
        "phone": "099-000-0007",
        "profile": "届出と添付書類を受け付けるクラウドサービスを、地方公共団体に提供しています。"
        "開発から利用者支援までを約30名で行っています。",
    },
    (
        Person("tsubaki-tantou", "真鍋 早紀", (Role.CSP_EDITOR,)),
        Person("tsubaki-shounin", "有賀 亮介", (Role.CSP_APPROVER,)),
    ),
)

AUDIT_BODIES = (
    Party(
        "kisaragi",
        OrganisationKind.AUDIT_BODY,
        {
            "name": "見本きさらぎ監査法人",
            "name_kana": "ミホンキサラギカンサホウジン",
            "corporate_number": "5999900000004",
        },
        (
            Person("kisaragi-sekinin", "相良 泰之", (Role.AUDIT_LEAD,)),
            Person("kisaragi-tantou", "日下部 葵", (Role.AUDIT_MEMBER,)),
            Person("kisaragi-saetsu", "桐原 詩織", (Role.AUDIT_MEMBER,)),
        ),
    ),
    Party(
        "haruka",
        OrganisationKind.AUDIT_BODY,
        {
            "name": "見本はるか監査法人",
            "name_kana": "ミホンハルカカンサホウジン",
            "corporate_number": "4999900000005",
        },
        (
            Person("haruka-sekinin", "野々村 静", (Role.AUDIT_LEAD,)),
            Person("haruka-tantou", "久我 陸", (Role.AUDIT_MEMBER,)),
            Person("haruka-saetsu", "穂積 圭", (Role.AUDIT_MEMBER,)),
        ),
    ),
)

PARTIES = (COMMITTEE, *CSPS, HINATA, TSUBAKI, *AUDIT_BODIES)
