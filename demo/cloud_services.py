"""The cloud services of the demo, described as their providers would describe them."""

from typing import Any

COMMON: dict[str, Any] = {
    "delivery_model": "saas",
    "governing_law": "準拠法は日本法、第一審の専属的合意管轄裁判所は提供者の本店所在地を管轄する地方裁判所です。",
    "foreign_law_risk": "利用者のデータは国内だけに保管し、国外の法令に基づく開示を求められる関係にはありません。",
    "data_locations": "国内の2か所（東日本、西日本）",
    "regions": "東日本リージョン、西日本リージョン",
    "target_businesses": [],
}

MINATO_DOCS = COMMON | {
    "name": "みなと文書共有クラウド",
    "name_kana": "ミナトブンショキョウユウクラウド",
    "overview": "文書の共有、版の管理、電子承認を行うSaaSです。府省庁と民間の共同作業に用いることを想定しています。",
    "base_services": "みほん基盤クラウド（登録番号 見本-C00-0000）の仮想サーバー、オブジェクトストレージ、データベース",
    "uncovered_services": "利用者が接続する外部の電子署名サービスは、言明の対象に含みません。",
    "capital_and_officers": "資本金1億2,000万円。国内法人と個人が全株式を保有し、役員は全員が国内に居住しています。",
    "third_party_tests": "外部の専門会社による脆弱性診断を年1回、侵入試験を2年に1回受けています。"
    "利用機関による検査は書面で受け入れます。",
    "other_certifications": "JIS Q 27001（認証範囲に本サービスの開発と運用を含む）",
    "generative_ai": "生成AIの機能は提供していません。",
    "contact_name": "品質保証室 佐伯",
    "contact_email": "ismap@minato.example.jp",
    "contact_phone": "03-0000-0001",
}

MINATO_APPROVAL = COMMON | {
    "name": "みなと電子承認クラウド",
    "name_kana": "ミナトデンシショウニンクラウド",
    "overview": "起案から決裁までの流れを電子化するSaaSです。文書共有クラウドと組み合わせて使えます。",
    "base_services": "みほん基盤クラウド（登録番号 見本-C00-0000）の仮想サーバー、データベース",
    "capital_and_officers": "資本金1億2,000万円。国内法人と個人が全株式を保有し、役員は全員が国内に居住しています。",
    "third_party_tests": "外部の専門会社による脆弱性診断を年1回受けています。",
    "generative_ai": "生成AIの機能は提供していません。",
    "contact_name": "品質保証室 三輪",
    "contact_email": "ismap@minato.example.jp",
    "contact_phone": "03-0000-0001",
}

AOBA_EXPENSE = COMMON | {
    "name": "あおば経費精算クラウド",
    "name_kana": "アオバケイヒセイサンクラウド",
    "overview": "立替経費と出張旅費の申請、承認、支払データの作成を行うSaaSです。",
    "base_services": "みほん基盤クラウド（登録番号 見本-C00-0000）の仮想サーバー、データベース、鍵管理",
    "uncovered_services": "銀行への振込データの送信は利用者の会計システムが行い、対象に含みません。",
    "capital_and_officers": "資本金8,000万円。創業者と従業員持株会が全株式を保有しています。",
    "third_party_tests": "外部の専門会社による脆弱性診断を半年に1回受けています。利用機関の現地検査を受け入れます。",
    "other_certifications": "JIS Q 27001、プライバシーマーク",
    "generative_ai": "領収書の読取りに生成AIは使っていません。文字認識だけを用いています。",
    "contact_name": "業務統括部 古川",
    "contact_email": "compliance@aoba.example.jp",
    "contact_phone": "06-0000-0002",
}

SHIRAKABA_MINUTES = COMMON | {
    "name": "しらかば議事録クラウド",
    "name_kana": "シラカバギジロククラウド",
    "overview": "会議の音声から発言録と議事録の案を作るSaaSです。公表を前提とした会議での利用を想定しています。",
    "base_services": "みほん基盤クラウド（登録番号 見本-C00-0000）の仮想サーバー、GPUサーバー、オブジェクトストレージ",
    "uncovered_services": "利用者が用いるWeb会議サービスは、言明の対象に含みません。",
    "capital_and_officers": "資本金5,000万円。経営陣と国内の投資会社2社が株式を保有しています。",
    "third_party_tests": "外部の専門会社による脆弱性診断を年1回受けています。",
    "generative_ai": "議事録の案の作成に、自社で運用する生成AIを用います。利用者のデータを学習に用いません。",
    "contact_name": "サービス企画部 片桐",
    "contact_email": "support@shirakaba.example.jp",
    "contact_phone": "011-000-0003",
}

SHIRAKABA_ROOMS = COMMON | {
    "name": "しらかば会議室予約クラウド",
    "name_kana": "シラカバカイギシツヨヤククラウド",
    "overview": "会議室と備品の予約、利用の承認、利用実績の集計を行うSaaSです。",
    "base_services": "みほん基盤クラウド（登録番号 見本-C00-0000）の仮想サーバー、データベース",
    "capital_and_officers": "資本金5,000万円。経営陣と国内の投資会社2社が株式を保有しています。",
    "third_party_tests": "外部の専門会社による脆弱性診断を年1回受けています。",
    "generative_ai": "生成AIの機能は提供していません。",
    "contact_name": "サービス企画部 片桐",
    "contact_email": "support@shirakaba.example.jp",
    "contact_phone": "011-000-0003",
}

SHIRAKABA_INTERVIEWS = SHIRAKABA_MINUTES | {
    "name": "しらかば面談記録クラウド",
    "name_kana": "シラカバメンダンキロククラウド",
    "overview": "窓口や電話での面談の記録を作り、検索と統計に使えるようにするSaaSです。",
    "generative_ai": "生成AIの機能は提供していません。",
}

HINATA_CONTRACTS = COMMON | {
    "name": "ひなた電子契約クラウド",
    "name_kana": "ヒナタデンシケイヤククラウド",
    "overview": "契約書の作成、合意、保管を電子化するSaaSです。",
    "base_services": "みほん基盤クラウド（登録番号 見本-C00-0000）の仮想サーバー、データベース、鍵管理",
    "capital_and_officers": "資本金6,000万円。経営陣が全株式を保有し、役員は全員が国内に居住しています。",
    "third_party_tests": "外部の専門会社による脆弱性診断を年1回受けています。",
    "generative_ai": "生成AIの機能は提供していません。",
    "contact_name": "内部監査室 水谷",
    "contact_email": "ismap@hinata.example.jp",
    "contact_phone": "092-000-0006",
}

TSUBAKI_INTAKE = COMMON | {
    "name": "つばき届出受付クラウド",
    "name_kana": "ツバキトドケデウケツケクラウド",
    "overview": "届出と添付書類を受け付け、審査の担当に割り当てるSaaSです。",
    "base_services": "みほん基盤クラウド（登録番号 見本-C00-0000）の仮想サーバー、データベース",
    "capital_and_officers": "資本金3,000万円。創業者が全株式を保有し、役員は全員が国内に居住しています。",
    "third_party_tests": "外部の専門会社による脆弱性診断を年1回受けています。",
    "generative_ai": "生成AIの機能は提供していません。",
    "contact_name": "サービス運用部 真鍋",
    "contact_email": "uketsuke@tsubaki.example.jp",
    "contact_phone": "099-000-0007",
}
