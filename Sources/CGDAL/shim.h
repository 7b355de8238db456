// GDAL's C interface: read and written by tuban-formats alone.
#pragma once
#include <gdal/gdal.h>
#include <gdal/gdal_utils.h>
#include <gdal/ogr_api.h>
#include <gdal/ogr_srs_api.h>
#include <gdal/cpl_error.h>
#include <gdal/cpl_minixml.h>
#include <gdal/cpl_conv.h>
#include <gdal/cpl_string.h>
#include <gdal/cpl_vsi.h>
#include <signal.h>
#include <sys/prctl.h>

// prctl takes any number of arguments, which Swift cannot call.
static inline void tuban_die_with_parent(void) { prctl(PR_SET_PDEATHSIG, SIGKILL); }
