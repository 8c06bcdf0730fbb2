from django.urls import path

from activity import views

app_name = "activity"

urlpatterns = [
    path("log/", views.log, name="log"),
    path("log/events.csv", views.log_table, {"kind": "csv"}, name="log_csv"),
    path("log/events.xlsx", views.log_table, {"kind": "xlsx"}, name="log_xlsx"),
    path("log/check/", views.check_seal, name="check_seal"),
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<uuid:pk>/retry/", views.job_retry, name="job_retry"),
    path("jobs/<uuid:pk>/", views.job, name="job"),
    path("jobs/<uuid:pk>/file/", views.job_file, name="job_file"),
]
