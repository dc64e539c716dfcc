FROM denoland/deno:debian-2.9.6 AS build
WORKDIR /build
COPY deno.json deno.lock ./
COPY src ./src
# The other form of the program needs a shell, which the image below has not.
RUN deno task compile --form native --output /build/modbus-ws-adapter

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /build/modbus-ws-adapter /usr/local/bin/modbus-ws-adapter
USER 65532:65532
# Modbus TCP, WebSocket
EXPOSE 8502 8765
ENTRYPOINT ["/usr/local/bin/modbus-ws-adapter"]
CMD ["--host", "0.0.0.0"]
