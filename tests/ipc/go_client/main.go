// A client in another language, on another Varlink library: what it gets of a Latchkey daemon, as JSON.
//
//	varlink-go-client SOCKET ACCOUNT UNKNOWN_ACCOUNT
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/varlink/go/varlink"
)

const broker = "io.latchkey.Broker"

type info struct {
	Vendor     string   `json:"vendor"`
	Product    string   `json:"product"`
	Version    string   `json:"version"`
	URL        string   `json:"url"`
	Interfaces []string `json:"interfaces"`
}

type outcome struct {
	Reply      map[string]interface{} `json:"reply,omitempty"`
	Error      string                 `json:"error,omitempty"`
	Parameters *json.RawMessage       `json:"parameters,omitempty"`
}

type report struct {
	Info        info    `json:"info"`
	Description string  `json:"description"`
	Known       outcome `json:"known"`
	Unknown     outcome `json:"unknown"`
}

func getToken(ctx context.Context, c *varlink.Connection, account string) (outcome, error) {
	var got outcome
	err := c.Call(ctx, broker+".GetToken", map[string]string{"account": account}, &got.Reply)
	var declared *varlink.Error
	if errors.As(err, &declared) {
		got.Error = declared.Name
		got.Parameters, _ = declared.Parameters.(*json.RawMessage)
		return got, nil
	}
	return got, err
}

func run(ctx context.Context, socket, account, unknown string) (*report, error) {
	c, err := varlink.NewConnection(ctx, "unix:"+socket)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	var r report
	if err = c.GetInfo(ctx, &r.Info.Vendor, &r.Info.Product, &r.Info.Version, &r.Info.URL, &r.Info.Interfaces); err != nil {
		return nil, err
	}
	if r.Description, err = c.GetInterfaceDescription(ctx, broker); err != nil {
		return nil, err
	}
	if r.Known, err = getToken(ctx, c, account); err != nil {
		return nil, err
	}
	if r.Unknown, err = getToken(ctx, c, unknown); err != nil {
		return nil, err
	}
	return &r, nil
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: varlink-go-client SOCKET ACCOUNT UNKNOWN_ACCOUNT")
		os.Exit(2)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Second)
	defer cancel()
	r, err := run(ctx, os.Args[1], os.Args[2], os.Args[3])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(r)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
