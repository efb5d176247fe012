# syntax=docker/dockerfile:1
# Two images from one file:
#   docker build --target serving  -t sendwarden .            the API, without the training stack
#   docker build --target training -t sendwarden-training .   simulate, train, evaluate, MLflow

FROM python:3.11-slim-bookworm AS serving-dependencies
COPY requirements-serving.lock /build/
RUN python -m venv /opt/sendwarden \
 && /opt/sendwarden/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /build/requirements-serving.lock

FROM python:3.11-slim-bookworm AS training-dependencies
COPY requirements.lock /build/
RUN python -m venv /opt/sendwarden \
 && /opt/sendwarden/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /build/requirements.lock

FROM python:3.11-slim-bookworm AS runtime
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# LightGBM's library needs the OpenMP runtime, which the slim image lacks.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libgomp1 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --create-home --home-dir /var/lib/sendwarden sendwarden
WORKDIR /srv/sendwarden
ENV PATH=/opt/sendwarden/bin:$PATH \
    PYTHONPATH=/srv/sendwarden \
    PYTHONDONTWRITEBYTECODE=1 \
    SENDWARDEN_HOME=/var/lib/sendwarden
VOLUME ["/var/lib/sendwarden"]
ENTRYPOINT ["python", "-m", "sendwarden"]

FROM runtime AS training
COPY --from=training-dependencies /opt/sendwarden /opt/sendwarden
COPY features features
COPY models models
COPY service service
COPY training training
COPY sendwarden sendwarden
USER 10001
CMD ["--help"]

FROM runtime AS serving
COPY --from=serving-dependencies /opt/sendwarden /opt/sendwarden
COPY features features
COPY models models
COPY service service
COPY sendwarden sendwarden
# The console and the API replay policies; that part of training needs NumPy alone.
COPY training/__init__.py training/backtest*.py training/optimise.py training/
USER 10001
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-m", "sendwarden", "health"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080"]
