"""What Amazon and Web Push cannot do without is a sentence at the start; what is chosen is what carries."""

import pytest
from pydantic import ValidationError
from tests.vendors.aws import BUCKET, REGION, SENDER

from adapters.files.disk import DiskFiles
from adapters.files.s3 import S3Files
from core.ports.mail import Letter
from core.ports.push import Device, Notice
from entrypoints.config import Settings

WRONG = [
    ({"files": "s3"}, "ENGINEBAY_AWS__BUCKET must be set"),
    ({"push": "webpush,sns"}, "ENGINEBAY_AWS__FCM_APPLICATION_ARN or"),
    ({"aws": {"news_topics": "mail-news"}}, "'mail-news' is none"),
    ({"webpush": {"private_key": "short"}}, "32 bytes as URL-safe base64"),
    (
        {"push": "webpush", "environment": "production", "secret_key": "k" * 32},
        "ENGINEBAY_WEBPUSH__PRIVATE_KEY must be set in production",
    ),
]


@pytest.mark.parametrize(("given", "sentence"), WRONG)
def test_vendor_without_its_account_is_a_sentence_at_the_start(given, sentence):
    with pytest.raises(ValidationError) as refused:
        Settings(**given)
    assert sentence in str(refused.value)


def test_amazon_carries_what_the_settings_give_it(make_app, amazon):
    sns = amazon.client("sns")
    arn = sns.create_platform_application(Name="x", Platform="GCM", Attributes={"PlatformCredential": "key"})
    amazon.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    account = amazon.account.model_copy(update={"bucket": BUCKET, "fcm_application_arn": arn["PlatformApplicationArn"]})
    app = make_app(
        settings={"mail": "ses", "push": "webpush,sns", "files": "s3", "aws": account, "smtp": {"sender": SENDER}}
    )
    letter = app.mail.send(Letter(to="ada@example.com", subject="Hello", text="Ada"), key="tsk_1")
    push = app.push.send(Notice(title="Hello", text="Ada"), Device(kind="fcm", address="token"), key="tsk_2")
    with app.export_files.new("a.csv") as file:
        file.write(b"x")
    assert (letter.carrier, push.carrier, type(app.export_files), app.export_files.size("a.csv")) == (
        "ses", "sns", S3Files, 1,
    )  # fmt: skip


def test_exports_stay_on_this_machine_unless_told(app):
    assert type(app.export_files) is DiskFiles
