{{- define "parley.name" -}}
{{- default "parley" .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* What the names of all objects begin with. */}}
{{- define "parley.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "parley.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "parley.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "parley.secretName" -}}
{{- default (include "parley.fullname" .) .Values.secrets.existingSecret -}}
{{- end -}}

{{/* Of `dict "root" $ "component" "signaling"`. */}}
{{- define "parley.serviceAccountName" -}}
{{- $account := (index .root.Values .component).serviceAccount -}}
{{- $made := printf "%s-%s" (include "parley.fullname" .root) .component -}}
{{- default (ternary $made "default" $account.create) $account.name -}}
{{- end -}}

{{/* The labels of an object. */}}
{{- define "parley.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: parley
{{ include "parley.selector" . }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The labels of a pod: nothing that changes with the version of the chart, or every upgrade would exchange Redis. */}}
{{- define "parley.podLabels" -}}
app.kubernetes.io/part-of: parley
{{ include "parley.selector" . }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The labels by which the pods of a component are found. */}}
{{- define "parley.selector" -}}
app.kubernetes.io/name: {{ include "parley.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end -}}

{{/* name, namespace and labels of an object of a component; without a component, of the whole. */}}
{{- define "parley.metadata" -}}
name: {{ include "parley.fullname" .root }}{{ with .component }}-{{ . }}{{ end }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "parley.labels" . | nindent 2 }}
{{- end -}}

{{/* The reference of an image, of `dict "root" $ "image" .Values.web.image`. */}}
{{- define "parley.image" -}}
{{- $common := .root.Values.image -}}
{{- $tag := .image.tag | default $common.tag | default .root.Chart.AppVersion -}}
{{- with (.image.registry | default $common.registry) -}}{{ . }}/{{- end -}}
{{- .image.repository -}}
{{- if .image.digest -}}@{{ .image.digest }}{{- else -}}:{{ $tag }}{{- end -}}
{{- end -}}

{{/* The URL that people open. */}}
{{- define "parley.webUrl" -}}
{{- if .Values.entrance.url -}}
{{- .Values.entrance.url | trimSuffix "/" -}}
{{- else if .Values.entrance.host -}}
{{- printf "https://%s" .Values.entrance.host -}}
{{- else -}}
http://localhost:8080
{{- end -}}
{{- end -}}

{{/* What makes an object part of the hook that upgrades the definitions; the number orders them. */}}
{{- define "parley.definitionsHook" -}}
annotations:
  helm.sh/hook: pre-install,pre-upgrade
  helm.sh/hook-weight: {{ . | quote }}
  helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}
