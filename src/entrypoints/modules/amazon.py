"""Amazon's news, plugged in, and what our account there cannot do without."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, model_validator

if TYPE_CHECKING:
    from entrypoints.container import App

__all__ = ["HOOK", "PARTS", "Settings"]
HOOK = "/hooks/amazon"
"""Where SNS brings news: subscribe this address to each topic in ENGINEBAY_AWS__NEWS_TOPICS."""
TOPIC = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}")


class Settings(BaseModel):
    """What an account that is used cannot do without."""

    @model_validator(mode="after")
    def _amazon_can_be_asked(self) -> Settings:
        chosen: Any = self
        if chosen.files == "s3" and not chosen.aws.bucket:
            raise ValueError("ENGINEBAY_AWS__BUCKET must be set, since ENGINEBAY_FILES is s3. Name a bucket of yours")
        wrong = [topic for topic in topics(chosen.aws.news_topics) if not TOPIC.fullmatch(topic)]
        if wrong:
            raise ValueError(
                "ENGINEBAY_AWS__NEWS_TOPICS must be ARNs of topics with commas between, like "
                f"arn:aws:sns:eu-west-1:123456789012:mail-news. {wrong[0]!r} is none"
            )
        return self


def topics(given: str) -> list[str]:
    """The topics in a setting."""
    return [topic.strip() for topic in given.split(",") if topic.strip()]


def _news(app: App) -> Any:
    from adapters.news.amazon import AmazonNews

    aws = app.settings.aws
    return AmazonNews(topics(aws.news_topics), app.clock, aws.endpoint_url)


PARTS = {"amazon_news": _news}
