from django.urls import path

from foundation.outbox import views

app_name = "outbox"

urlpatterns = [
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<uuid:pk>/retry/", views.job_retry, name="job_retry"),
    path("jobs/<uuid:pk>/", views.job, name="job"),
    path("messages/", views.message_list, name="messages"),
    path("messages/retry/", views.messages_retry, name="messages_retry"),
    path("messages/<uuid:pk>/retry/", views.message_retry, name="message_retry"),
    path("jobs/<uuid:pk>/file/", views.job_file, name="job_file"),
]
