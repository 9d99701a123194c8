"""The kinds of change of an account that take two administrators."""

from collections.abc import Mapping, Sequence

from django.urls import reverse

from kuancheng.access.models import ApiKey, User
from kuancheng.access.roles import EXCLUSIVE
from kuancheng.accounts.granting import in_words, roles_of, write_account
from kuancheng.accounts.telling import tell_holder
from kuancheng.proposals.kinds import Moved, ProposalKind, Proposed, Value
from kuancheng.proposals.models import ProposedField

__all__ = ["ACCOUNT", "CHANGE", "KEY", "PASSWORD", "in_words", "roles_of"]

CHANGE = "access.change_user"
PASSWORD = "password"  # noqa: S105 - the name of a field


class AccountChange(ProposalKind):
    """账号角色: which roles an account has, and whether a closed one may come in again."""

    code, label = "accounts.roles", "账号角色"
    sees, decides = "access.view_user", CHANGE

    def current(self, proposal: Proposed, *, lock: bool = False) -> Mapping[str, Value]:
        held = _account(proposal, lock=lock)
        return {"roles": list(roles_of(held)), "is_active": held.is_active}

    def apply(self, proposal: Proposed, *, actor: User) -> None:
        held, values = _account(proposal, lock=True), proposal.values
        roles = values.get("roles", roles_of(held))
        write_account(
            account=held,
            roles=[str(each) for each in roles] if isinstance(roles, list) else [],
            active=True if values.get("is_active") else None,
            password=str(values.get(PASSWORD) or ""),
            why=f"变更申请{proposal.pk}号，{proposal.author}提出，{actor}批准",
            actor=actor,
        )
        tell_holder(held, by=actor, key=f"proposal:{proposal.pk}", words=said(proposal))
        self.dropped(proposal)

    def link(self, proposal: Proposed) -> str:
        return reverse("admin:access_user_change", args=[proposal.subject_id])

    def impact(self, proposal: Proposed) -> Sequence[str]:
        roles = proposal.values.get("roles")
        mighty = [each for each in EXCLUSIVE if isinstance(roles, list) and each in roles]
        said = [f"将成为“{each}”，请确认确是本人、确需此权限。" for each in mighty]
        return [*said, "通过后立即生效，并写入该账号的历史和审计日志。"]

    def dropped(self, proposal: Proposed) -> None:
        # What was to become a password is not kept longer than it waits.
        ProposedField.objects.filter(proposal=proposal.pk, name=PASSWORD).update(new=None)

    def barred(self, proposal: Proposed, user: User) -> str:
        if proposal.subject_id == user.pk:
            return "这是您本人的账号，须由另一位系统管理员审核。"
        return ""


class KeyConfirmation(ProposalKind):
    """接口密钥: a key that writes in another's name, or reads for a mightier account."""

    code, label = "accounts.key", "接口密钥"
    sees, decides = "access.view_apikey", "access.change_apikey"

    def current(self, proposal: Proposed, *, lock: bool = False) -> Mapping[str, Value]:
        key = _key(proposal, lock=lock)
        if key.revoked_at is not None:
            raise Moved(f"密钥{key}已经吊销。")
        return {"waiting": key.waiting}

    def apply(self, proposal: Proposed, *, actor: User) -> None:
        key = _key(proposal, lock=True)
        key.waiting = False
        key._change_reason = f"变更申请{proposal.pk}号"  # type: ignore[attr-defined]
        key.save(update_fields=["waiting"])

    def link(self, proposal: Proposed) -> str:
        return reverse("admin:access_apikey_change", args=[proposal.subject_id])

    def impact(self, proposal: Proposed) -> Sequence[str]:
        key = _key(proposal, lock=False)
        return [
            f"持有密钥的系统可以用“{key.user}”的名义{key.get_scope_display()}，直到到期或吊销。"
        ]

    def dropped(self, proposal: Proposed) -> None:
        ApiKey.objects.get(pk=proposal.subject_id).revoke()


def said(proposal: Proposed) -> str:
    """What its holder is told of a change of his account."""
    roles, words = proposal.values.get("roles"), []
    if isinstance(roles, list):
        words.append(f"角色改为“{in_words([str(each) for each in roles])}”")
    if "is_active" in proposal.values:
        words.append("已重新启用")
    if PASSWORD in proposal.values:
        words.append("口令已被重设")
    return "；".join(words)


def _account(proposal: Proposed, *, lock: bool) -> User:
    found = User.objects.select_for_update() if lock else User.objects.all()
    account: User = found.filter(pk=proposal.subject_id).get()
    return account


def _key(proposal: Proposed, *, lock: bool) -> ApiKey:
    found = ApiKey.objects.select_for_update(of=("self",)) if lock else ApiKey.objects.all()
    key: ApiKey = found.select_related("user").filter(pk=proposal.subject_id).get()
    return key


ACCOUNT, KEY = AccountChange(), KeyConfirmation()
