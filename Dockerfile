# The CPU image of optml: script mode as it is, and a base for training images. Variants, sizes, upkeep: docker/README.md.
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS build
# By which podman's leftovers of this stage can be told from others.
LABEL org.opencontainers.image.title="optml build"
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY CHANGELOG.md LICENSE README.md tsconfig.json ./
COPY .build .build
COPY src src
RUN npm run build && npm pack --ignore-scripts --pack-destination /tmp

# Below /image lies what optml adds to the base. First the package, as `npm install --global` would put it, its
# dependencies as they are locked.
WORKDIR /image/usr/local/lib/node_modules/optml
RUN tar -xzf /tmp/optml-*.tgz --strip-components=1 \
  && cp /src/package-lock.json . \
  && npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
  && rm -r package-lock.json node_modules/.package-lock.json node_modules/.bin

WORKDIR /image/usr/local/bin
RUN ln -s ../lib/node_modules/optml/dist/bin/train.cjs train \
  && ln -s ../lib/node_modules/optml/dist/bin/optml.cjs optml
COPY docker/entrypoint.sh optml-entrypoint
COPY docker/install-packages.sh docker/packages.txt /image/usr/local/share/optml/

# Programs in /opt/ml/code find `optml` in /opt/node_modules, which no mount of /opt/ml hides. Where nothing is mounted, a
# job of any user has its folders all the same. ml/node_modules is for npm: called in /opt/ml/code without a package.json
# there, it installs into the nearest node_modules further up, and removes what it does not know.
WORKDIR /image/opt
RUN mkdir -p node_modules ml/code ml/model ml/node_modules ml/output/data \
  && ln -s /usr/local/lib/node_modules/optml node_modules/optml \
  && chmod -R u=rwX,go=rX /image \
  && chmod 1777 ml ml/* ml/output/data

FROM ${BASE}
COPY --from=build /image/usr/local/share/optml/ /usr/local/share/optml/
RUN /usr/local/share/optml/install-packages.sh cpu
COPY --from=build /image/ /
# Behind another init (`docker run --init`) tini is not PID 1, and reaps only when told to.
ENV TINI_SUBREAPER=1
ENTRYPOINT ["tini", "--", "optml-entrypoint"]
CMD ["train"]
ARG BASE
ARG REVISION=unknown
LABEL org.opencontainers.image.title="optml" \
  org.opencontainers.image.description="Training runtime for Amazon SageMaker, for TypeScript, JavaScript and shell" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="0.1.0" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.base.name="${BASE}"
