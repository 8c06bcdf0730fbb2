from django.urls import path

from foundation.audit import views

app_name = "audit"

urlpatterns = [
    path("log/", views.log, name="log"),
    path("log/events.csv", views.log_table, {"kind": "csv"}, name="log_csv"),
    path("log/events.xlsx", views.log_table, {"kind": "xlsx"}, name="log_xlsx"),
    path("log/check/", views.check_seal, name="check_seal"),
]
