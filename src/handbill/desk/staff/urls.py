"""Addresses of accounts and people. allauth's views stand here one by one: none comes unasked."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import path

from handbill.desk.staff import own, people
from handbill.desk.staff.needs import open_to_all, open_to_staff

urlpatterns = [
    path("", own.home, name="home"),
    path("health", own.health, name="health"),
    path("language/", own.language, name="language"),
    # Before anybody is logged in.
    path("account/login/", open_to_all(account.login), name="account_login"),
    path("account/login/code/", open_to_all(mfa.authenticate), name="mfa_authenticate"),
    path("account/login/passkey/", open_to_all(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("account/logout/", open_to_all(account.logout), name="account_logout"),
    # One's own account.
    path("account/", own.account, name="account"),
    path(
        "account/password/", open_to_staff(account.password_change), name="account_change_password"
    ),
    path("account/confirm/", open_to_staff(account.reauthenticate), name="account_reauthenticate"),
    path("account/confirm/code/", open_to_staff(mfa.reauthenticate), name="mfa_reauthenticate"),
    path(
        "account/confirm/passkey/",
        open_to_staff(passkeys.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/second/", open_to_staff(mfa.index), name="mfa_index"),
    path("account/second/app/", open_to_staff(totp.activate_totp), name="mfa_activate_totp"),
    path("account/second/app/picture.png", own.picture, name="totp_picture"),
    path(
        "account/second/app/remove/",
        open_to_staff(totp.deactivate_totp),
        name="mfa_deactivate_totp",
    ),
    path(
        "account/second/codes/",
        open_to_staff(recovery.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "account/second/codes/new/",
        open_to_staff(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("account/second/keys/", open_to_staff(passkeys.list_webauthn), name="mfa_list_webauthn"),
    path("account/second/keys/add/", open_to_staff(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path(
        "account/second/keys/<int:pk>/remove/",
        open_to_staff(passkeys.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path(
        "account/second/keys/<int:pk>/name/",
        open_to_staff(passkeys.edit_webauthn),
        name="mfa_edit_webauthn",
    ),
    path("account/sessions/", own.sessions, name="sessions"),
    path("account/sessions/end/", own.end_sessions, name="end_sessions"),
    # Everybody's, for admins.
    path("people/", people.everybody, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/<int:number>/", people.one, name="person"),
    path("people/<int:number>/role/", people.change_role, name="person_role"),
    path("people/<int:number>/password/", people.new_password, name="person_password"),
    path("people/<int:number>/close/", people.close, name="person_close"),
    path("people/<int:number>/open/", people.reopen, name="person_reopen"),
]
