"""Every address of the desk's staff side. Each view declares whom it is for."""

from django.urls import include, path

from handbill.desk.serving import assets

urlpatterns = [
    path("assets/<str:name>", assets.serve, name="asset"),
    path("", include("handbill.desk.staff.urls")),
    path("", include("handbill.desk.queue.urls")),
]

handler400 = "handbill.desk.staff.failures.bad_request"
handler403 = "handbill.desk.staff.failures.forbidden"
handler404 = "handbill.desk.staff.failures.not_found"
handler429 = "handbill.desk.staff.failures.too_many"
handler500 = "handbill.desk.staff.failures.broken"
