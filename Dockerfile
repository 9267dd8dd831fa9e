# docker build -t lambdalint . && docker run --rm -v "$PWD:/code" lambdalint
FROM python:3.13-slim AS build
WORKDIR /source
COPY pyproject.toml README.md ./
COPY rules rules
COPY lambdalint lambdalint
RUN pip wheel --no-cache-dir --wheel-dir /wheels .

FROM python:3.13-slim
# git is for --diff-base; the mounted repository belongs to somebody else.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && git config --system --add safe.directory '*' \
    && useradd --uid 1000 --create-home lint
COPY --from=build /wheels /wheels
# hadolint ignore=DL3013
RUN pip install --no-cache-dir --no-index --find-links /wheels lambdalint
USER 1000
WORKDIR /code
ENTRYPOINT ["lambdalint"]
CMD ["check"]
