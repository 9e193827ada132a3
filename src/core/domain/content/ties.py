"""Who follows whom, and who likes which post; saying it twice is saying it once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.domain.accounts import User
from core.domain.content.post import Post
from core.domain.kernel.errors import Invalid
from core.ports.clock import Clock
from core.ports.content import Favourites, Follows

MOST = 10_000


@dataclass(eq=False, kw_only=True)
class Follow:
    """Somebody (`follower_id`) has the posts of somebody else (`followee_id`) in their feed."""

    follower_id: str
    followee_id: str
    at: datetime


@dataclass(eq=False, kw_only=True)
class Favourite:
    """Somebody likes a post."""

    user_id: str
    post_id: str
    at: datetime


class Ties:
    """Makes and unmakes both."""

    def __init__(self, follows: Follows, favourites: Favourites, clock: Clock, most: int) -> None:
        self._follows, self._favourites, self._clock, self._most = follows, favourites, clock, most

    def follow(self, follower_id: str, whom: User) -> None:
        """Have somebody's posts in the feed from now on. Raises `Invalid` for oneself, and for more than one may."""
        if follower_id == whom.id:
            raise Invalid({"username": "This is you. Follow somebody else."})
        if self._follows.following(follower_id, self._most) >= self._most and not self.follows(follower_id, whom.id):
            raise Invalid({"username": f"You follow {self._most:,} people, as many as one may. Unfollow others first."})
        self._follows.add(Follow(follower_id=follower_id, followee_id=whom.id, at=self._clock.now()))

    def unfollow(self, follower_id: str, whom: User) -> None:
        """No longer."""
        self._follows.remove(follower_id, whom.id)

    def follows(self, follower_id: str, user_id: str) -> bool:
        """Whether the one follows the other."""
        return bool(follower_id) and self._follows.has(follower_id, user_id)

    def numbers(self, user_id: str) -> tuple[int, int]:
        """How many follow somebody, and how many they follow; 10,000 stands for as many and more."""
        return self._follows.numbers(user_id, MOST)

    def favour(self, user_id: str, post: Post) -> None:
        """Like a post."""
        self._favourites.add(Favourite(user_id=user_id, post_id=post.id, at=self._clock.now()))

    def unfavour(self, user_id: str, post: Post) -> None:
        """No longer."""
        self._favourites.remove(user_id, post.id)
