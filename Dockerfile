# One image for the API, the workers and the migrations; what a container is, its command says.
FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements/production.lock /requirements.lock
RUN /venv/bin/pip install --require-hashes --no-deps -r /requirements.lock

FROM node:24-slim AS web
WORKDIR /web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci
COPY web .
RUN npm run api && npm run build

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# LightGBM is linked against OpenMP
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --uid 10001 campaign-flow
COPY --from=build /venv /venv
WORKDIR /app
COPY . .
COPY --from=web /web/dist web/dist
USER campaign-flow
EXPOSE 8000 9000
CMD ["python", "-m", "api", "--host", "0.0.0.0", "--port", "8000"]
