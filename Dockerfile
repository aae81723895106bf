# The gateway with your own PostgreSQL: DATABASE_URL must be set (as in compose.yaml). It has no embedded PostgreSQL.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.json .npmrc .swcrc ./
RUN npm ci --ignore-scripts --no-progress
COPY scripts scripts
COPY console console
COPY schema schema
COPY src src
RUN npm run build
RUN npm prune --omit=dev --omit=optional

FROM node:24-bookworm-slim
ENV NODE_ENV=production ENVIRONMENT=production HOST=0.0.0.0 PORT=4000 DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/schema schema
COPY migrations migrations
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 4000
# Readiness includes liveness; orchestrators with separate probes use /livez to restart and /readyz to send requests.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/main.js"]
