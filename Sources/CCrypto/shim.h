// SHA-256 for the journal's chain of hashes.
#pragma once
#include <openssl/evp.h>
#include <openssl/sha.h>
