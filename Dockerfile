FROM denoland/deno:debian-2.9.6 AS build
WORKDIR /build
COPY deno.json deno.lock ./
COPY src ./src
# The other form of the program needs a shell, which the image below has not.
RUN deno task compile --form native --output /build/modbus-ws-adapter
RUN mkdir data

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /build/modbus-ws-adapter /usr/local/bin/modbus-ws-adapter
# A volume that is mounted there for the first time gets this owner.
COPY --from=build --chown=65532:65532 /build/data /data
USER 65532:65532
# Modbus TCP, WebSocket
EXPOSE 8502 8765
# No flag, so that the health check and those who add flags have it, too.
ENV MODBUS_WS_HOST=0.0.0.0
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["/usr/local/bin/modbus-ws-adapter", "health"]
ENTRYPOINT ["/usr/local/bin/modbus-ws-adapter"]
