#!/bin/sh
# The namespace, how long finished histories are kept, and our search attributes. May run any number of times.
set -eu

temporal operator cluster health
if ! temporal operator namespace describe -n default >/dev/null 2>&1; then
    temporal operator namespace create -n default --retention "$RETENTION"
fi
temporal operator namespace update -n default --retention "$RETENTION"

known=$(temporal operator search-attribute list -n default)
for attribute in CampaignId:Keyword CustomerId:Keyword CampaignVersion:Int; do
    name=${attribute%%:*}
    case "$known" in
        *"$name"*) ;;
        *) temporal operator search-attribute create -n default --name "$name" --type "${attribute##*:}" ;;
    esac
done
