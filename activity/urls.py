from django.urls import path

from activity import views

app_name = "activity"

urlpatterns = [
    path("log/", views.log, name="log"),
    path("jobs/<uuid:pk>/", views.job, name="job"),
    path("jobs/<uuid:pk>/file/", views.job_file, name="job_file"),
]
