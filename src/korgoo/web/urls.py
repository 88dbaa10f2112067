"""Every URL of the pages. A new one also needs its line in `korgoo.web.pages`, else it answers 403."""

from __future__ import annotations

from django.urls import include, path

from korgoo.web.console.alerts.urls import urlpatterns as console_alerts
from korgoo.web.console.maps import urls as maps
from korgoo.web.kit import password, sign_in
from korgoo.web.office import erasures, evidence, offices, quarantine
from korgoo.web.office.devices.urls import urlpatterns as office_devices
from korgoo.web.office.orders.urls import urlpatterns as office_orders
from korgoo.web.office.people.urls import urlpatterns as office_people

_KIT = [
    path("", sign_in.open_home, name="home"),
    path("sign-in/", sign_in.SignInView.as_view(), name="sign-in"),
    path("sign-out/", sign_in.SignOutView.as_view(), name="sign-out"),
    path("language/", sign_in.set_language, name="language"),
    path("password/", password.show_password, name="password"),
]

_PAGES = [
    *_KIT,
    *console_alerts,
    *maps.urlpatterns,
    *office_people,
    *office_orders,
    *office_devices,
    path("orders/<int:order_id>/evidence/", evidence.show_evidence, name="evidence"),
    path("evidence/<int:bundle_id>/", evidence.download, name="evidence-download"),
    path("offices/", offices.show_offices, name="offices"),
    path("offices/<int:office_id>/reaction/", offices.set_reaction, name="office-reaction"),
    path("offices/<int:office_id>/return/", offices.set_return, name="office-return"),
    path("quarantine/", quarantine.show_quarantine, name="quarantine"),
    path("quarantine/<int:message_id>/", quarantine.open_message, name="quarantined"),
    path("erasures/", erasures.show_erasures, name="erasures"),
]

urlpatterns = [path("", include((_PAGES, "web")))]

handler400 = "korgoo.web.kit.failures.show_bad_request"
handler403 = "korgoo.web.kit.failures.show_forbidden"
handler404 = "korgoo.web.kit.failures.show_not_found"
handler500 = "korgoo.web.kit.failures.show_server_error"
