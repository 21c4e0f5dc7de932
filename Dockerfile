# Two images of one static binary:
#
#   docker build -t leakline .                   nothing but the binary: docker run
#   docker build -t leakline:ci --target ci .    with a shell and git: the image of a CI job
#
#   docker run --rm -v "$PWD:/src:ro" leakline   scans the repository of this folder
#
# leakline reads repositories itself. So the first image has no git, and the owner of the
# mounted folder does not matter: safe.directory is a rule of git's own commands. Only
# hooks need git, and they run where people commit. The user is a number, so that
# Kubernetes can tell that it is not root; whoever owns the mounted folder must let others
# read it, or give the container that user: docker run --user "$(id -u):$(id -g)".
#
# Who needs the same image twice pins both bases by digest.
FROM golang:1.26-alpine AS build
WORKDIR /build
COPY go.mod go.sum ./
RUN go mod download
COPY cmd cmd
COPY detectors detectors
COPY remediate remediate
COPY scanner scanner
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -X main.version=$VERSION" -o /out/leakline ./cmd/leakline
RUN mkdir -m 1777 /out/tmp

FROM alpine:3.22 AS ci
RUN apk add --no-cache ca-certificates git openssh-client
COPY --from=build /out/leakline /usr/local/bin/leakline
ENV HOME=/tmp
USER 65532:65532
CMD ["leakline"]

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/ /
ENV HOME=/tmp
USER 65532:65532
WORKDIR /src
ENTRYPOINT ["/leakline"]
CMD ["git"]
